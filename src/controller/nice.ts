/** How far threads of the console run behind those that serve calls and write their records. */
export const consoleNice = 3;
export const sumsNice = 8;
export const reportNice = 10;
