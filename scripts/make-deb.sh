#!/bin/sh
# Makes a Debian package with all that it needs, Node too:  scripts/make-deb.sh [FOLDER]
# It puts the program in place; "billing-codes install" then sets up FreeSWITCH and the service.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
to=$(cd "${1:-.}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$root/package.json")
architecture=$(dpkg --print-architecture)
tree="$work/tree"
mkdir -p "$tree/DEBIAN" "$tree/usr/bin" "$tree/usr/share/doc/billing-codes"

(cd "$root" && npm pack --silent --pack-destination "$work" >/dev/null)
npm install --global --silent --no-audit --no-fund --prefix "$work/npm" "$work/billing-codes-$version.tgz"
mkdir -p "$tree/opt"
mv "$work/npm/lib/node_modules/billing-codes" "$tree/opt/billing-codes"
node_program=/opt/billing-codes/node_modules/node/bin/node
[ -x "$tree$node_program" ] || { echo "make-deb.sh: npm has brought no Node: are install scripts off (npm config get ignore-scripts)?" >&2; exit 1; }

cat >"$tree/usr/bin/billing-codes" <<END
#!/bin/sh
exec $node_program /opt/billing-codes/scripts/run.mjs "\$@"
END
cp "$root/CHANGELOG.md" "$tree/opt/billing-codes/THIRD-PARTY-LICENCES" "$tree/opt/billing-codes/sbom.cdx.json" "$tree/usr/share/doc/billing-codes/"
cp "$root/LICENSE" "$tree/usr/share/doc/billing-codes/copyright"

cat >"$tree/DEBIAN/control" <<END
Package: billing-codes
Version: $version
Architecture: $architecture
Section: comm
Priority: optional
Depends: libc6, libstdc++6, libatomic1
Recommends: systemd
Suggests: freeswitch
Installed-Size: $(du -sk "$tree" | cut -f1)
Maintainer: billing-codes
Description: billing codes for outbound calls on 3CX and FreeSWITCH
 Asks callers for a billing code, decides, places the call by FreeSWITCH and
 records what it cost. Run "billing-codes install" once it is there.
END
cat >"$tree/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
# An upgrade leaves the service as it is; a removal takes it away, and keeps settings and data.
if [ "$1" = remove ] && [ -f /etc/billing-codes/installed.json ]; then
  billing-codes install --uninstall || echo "billing-codes: what it installed is still there, see above" >&2
fi
END
cat >"$tree/DEBIAN/postrm" <<'END'
#!/bin/sh
set -e
# What Node has compiled.
if [ "$1" = remove ]; then rm -rf /opt/billing-codes/node_modules/.cache; fi
END
cat >"$tree/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
if [ -f /etc/billing-codes/installed.json ] && [ -d /run/systemd/system ]; then
  billing-codes install --yes || echo "billing-codes: run \"billing-codes install\", see above" >&2
fi
END
find "$tree" -type d -exec chmod 755 {} +
chmod -R go-w "$tree"
chmod 755 "$tree/DEBIAN/prerm" "$tree/DEBIAN/postrm" "$tree/DEBIAN/postinst" "$tree/usr/bin/billing-codes"
dpkg-deb --root-owner-group -Zxz -z1 --build "$tree" "$to/billing-codes_${version}_$architecture.deb"
