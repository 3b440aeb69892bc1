package dev.lamella.policy;

import dev.lamella.filetree.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;

/**
 * A signed OpenPGP message as gpgme makes it: a text with one signature behind or before it, perhaps compressed. Everything else that OpenPGP
 * lets a message be is refused: with several signatures or texts, it would be open what was signed.
 *
 * @param text the text, of which nothing is checked yet
 * @param signature the signature
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9580#section-10.3">RFC 9580, section 10.3</a>
 */
record OpenPgpMessage(ByteString text, PGPSignature signature) {

    static OpenPgpMessage parse(byte[] message, int textBytesMax) throws InvalidSignatureException {
        try {
            var packets = new BcPGPObjectFactory(new ByteArrayInputStream(message));
            Object first = packets.nextObject();
            OpenPgpMessage parsed;
            if (first instanceof PGPCompressedData compressed) {
                var inner = new BcPGPObjectFactory(compressed.getDataStream());
                parsed = signed(inner.nextObject(), inner, textBytesMax);
            } else {
                parsed = signed(first, packets, textBytesMax);
            }
            requireEnd(packets);
            return parsed;
        } catch (IOException | PGPException | RuntimeException e) {
            // The library answers malformed packets with whatever exception they lead to.
            throw new InvalidSignatureException(
                    "not an OpenPGP message: " + Shown.quoted(String.valueOf(e.getMessage())));
        }
    }

    private static OpenPgpMessage signed(Object first, BcPGPObjectFactory packets, int textBytesMax)
            throws IOException, InvalidSignatureException {
        return switch (first) {
            case PGPOnePassSignatureList announced
            when announced.size() == 1 -> {
                byte[] text = text(packets, textBytesMax);
                if (!(packets.nextObject() instanceof PGPSignatureList signatures)) {
                    throw new InvalidSignatureException("an OpenPGP message without a signature behind its text");
                }
                yield end(text, signatures, packets);
            }
            case PGPSignatureList signatures -> end(text(packets, textBytesMax), signatures, packets);
            case null, default ->
                throw new InvalidSignatureException("not an OpenPGP message with a text and one signature");
        };
    }

    private static byte[] text(BcPGPObjectFactory packets, int bytesMax) throws IOException, InvalidSignatureException {
        if (!(packets.nextObject() instanceof PGPLiteralData literal)) {
            throw new InvalidSignatureException("an OpenPGP signature without the text that it signs");
        }
        InputStream in = literal.getInputStream();
        byte[] text = in.readNBytes(bytesMax + 1);
        if (text.length > bytesMax) {
            throw new InvalidSignatureException("the signed text has more than %d bytes".formatted(bytesMax));
        }
        return text;
    }

    private static OpenPgpMessage end(byte[] text, PGPSignatureList signatures, BcPGPObjectFactory packets)
            throws IOException, InvalidSignatureException {
        if (signatures.size() != 1) {
            throw new InvalidSignatureException(
                    "%d OpenPGP signatures in one message, expected one".formatted(signatures.size()));
        }
        requireEnd(packets);
        return new OpenPgpMessage(ByteString.of(text), signatures.get(0));
    }

    private static void requireEnd(BcPGPObjectFactory packets) throws IOException, InvalidSignatureException {
        if (packets.nextObject() != null) {
            throw new InvalidSignatureException("something follows the OpenPGP message");
        }
    }
}
