# Revokes keys that have signed already, and exports them: bash revoke.sh DIRECTORY
set -eu
to=$1
fingerprint() { gpg -q --batch --with-colons --list-keys "$1@example.com" | awk -F: '$1 == "fpr" {print $10}' | sed -n "$2p"; }
# GnuPG has made the revocation with the key, disarmed by a colon.
sed 's/^:---/---/' "$GNUPGHOME/openpgp-revocs.d/$(fingerprint revoked 1).rev" | gpg -q --batch --import
printf '%s\n' 'key 1' revkey y 0 '' y save |
  gpg -q --no-tty --command-fd 0 --status-fd 2 --pinentry-mode loopback --passphrase '' --edit-key "$(fingerprint subrevoked 1)" > /dev/null 2>&1
gpg -q --batch --with-colons --list-keys revoked@example.com | grep -q '^pub:r'
gpg -q --batch --with-colons --list-keys subrevoked@example.com | grep -q '^sub:r'
gpg -q --batch --export revoked@example.com subrevoked@example.com > "$to/revoked.gpg"
