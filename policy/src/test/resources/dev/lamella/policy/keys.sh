# Makes OpenPGP keys of all kinds in $GNUPGHOME and exports them: bash keys.sh DIRECTORY
set -eu
to=$1
gpg() { command gpg -q --batch --passphrase '' --pinentry-mode loopback "$@"; }
new() { gpg "${@:4}" --quick-generate-key "$1@example.com" ed25519 "$2" "$3"; }
fingerprint() { gpg --with-colons --list-keys "$1@example.com" | awk -F: '$1 == "fpr" {print $10}' | sed -n "$2p"; }
long_ago='20240101T000000!'

new good sign 0
new other sign 0
new revoked sign 0
new aged sign 0 --faked-system-time "$long_ago"
new expired sign 2024-02-01 --faked-system-time "$long_ago"
for key in subkey subrevoked; do
  new $key cert 0
  gpg --quick-add-key "$(fingerprint $key 1)" ed25519 sign 0
done

# Signatures by keys that are revoked or expired now were made when they were not.
echo "$(fingerprint subrevoked 2)!" > "$to/subrevoked.id"
echo "$(fingerprint subkey 2)!" > "$to/subkey.id"

gpg --export --armor other@example.com > "$to/other.asc"
gpg --export good@example.com subkey@example.com aged@example.com expired@example.com > "$to/keys.gpg"
