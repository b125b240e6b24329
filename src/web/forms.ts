import type { FastifyRequest } from 'fastify';
import type { Upload } from './uploads.ts';

/** What was sent with a form, its file included where the route takes one. */
export async function readForm(
  request: FastifyRequest,
  uploadBytes: number | null,
): Promise<{ form: URLSearchParams; upload: Upload | null }> {
  if (!request.isMultipart()) {
    const { body } = request;
    return { form: new URLSearchParams(typeof body === 'string' ? body : ''), upload: null };
  }
  const form = new URLSearchParams();
  let upload: Upload | null = null;
  const limits = { fileSize: uploadBytes ?? 0, files: 1, fields: 100, fieldSize: 65_536 };
  for await (const part of request.parts({ limits })) {
    if (part.type === 'field') form.append(part.fieldname, typeof part.value === 'string' ? part.value : '');
    else {
      const bytes = await part.toBuffer();
      if (bytes.length > 0) upload = { name: part.filename.slice(-200), bytes };
    }
  }
  return { form, upload };
}
