# Gets Node in place where it is missing or too old, and then runs "billing-codes install" with the same arguments: see its --help.
#   powershell -ExecutionPolicy Bypass -File scripts\install.ps1 --3cx-host 10.0.0.2 --3cx-cidr 10.0.0.2/32 --carrier-host sip.example.com
# In a PowerShell that an administrator has opened.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$here = Split-Path -Parent (Split-Path -Parent $MyInvocation.MyCommand.Path)
$oldest = 20

function Fail([string] $why) {
  [Console]::Error.WriteLine("install.ps1: $why")
  exit 1
}

function Get-Major([string] $program) {
  try {
    if ((& $program --version) -match '^v(\d+)\.') { return [int] $Matches[1] }
  } catch { }
  return 0
}

# From nodejs.org, checked against the list of sums beside it, into a folder of this program.
function Get-Node {
  [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
  $from = 'https://nodejs.org/dist/latest-v24.x'
  $machine = if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { 'arm64' } else { 'x64' }
  $work = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid().ToString())
  New-Item -ItemType Directory -Path $work | Out-Null
  try {
    $sums = Join-Path $work 'sums'
    try {
      Invoke-WebRequest -UseBasicParsing -Uri "$from/SHASUMS256.txt" -OutFile $sums
    } catch {
      Fail "$from cannot be reached: install Node $oldest or newer by hand"
    }
    $line = Get-Content $sums | Where-Object { $_ -match "^[0-9a-f]{64}  node-v[0-9.]+-win-$machine\.zip$" } | Select-Object -First 1
    if (-not $line) { Fail "$from has no Node for win-$machine" }
    $sum, $name = $line -split '  ', 2
    $archive = Join-Path $work $name
    Invoke-WebRequest -UseBasicParsing -Uri "$from/$name" -OutFile $archive
    if ((Get-FileHash -Algorithm SHA256 -Path $archive).Hash -ne $sum) { Fail "$name is not what nodejs.org says it is: try again" }
    Expand-Archive -Path $archive -DestinationPath $work
    $to = Join-Path $here '.node'
    if (Test-Path $to) { Remove-Item -Recurse -Force $to }
    Move-Item -Path (Join-Path $work ($name -replace '\.zip$', '')) -Destination $to
  } finally {
    Remove-Item -Recurse -Force $work
  }
}

$identity = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
  Fail 'open PowerShell with "Run as administrator" first'
}

if ((Get-Major 'node') -lt $oldest) {
  $own = Join-Path $here '.node'
  if (-not (Test-Path (Join-Path $own 'node.exe'))) { Get-Node }
  $env:Path = "$own;$env:Path"
}

Push-Location $here
try {
  # npm.cmd: npm.ps1, which PowerShell would take, is not written for strict mode.
  if (-not (Test-Path 'node_modules')) {
    & npm.cmd ci '--omit=dev' --no-audit --no-fund
    if ($LASTEXITCODE -ne 0) { Fail 'npm could not fetch the packages, see above' }
  }
  # The wrapper of the service, which nobody else needs.
  if (-not (Test-Path 'node_modules\node-windows')) {
    & npm.cmd install --no-save '--omit=dev' --no-audit --no-fund node-windows@0.1
    if ($LASTEXITCODE -ne 0) { Fail 'npm could not fetch node-windows, see above' }
  }
  & node scripts/run.mjs install @args
  exit $LASTEXITCODE
} finally {
  Pop-Location
}
