package dev.lamella.testkit;

import dev.lamella.filetree.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** A tar compressed in pieces, so that a table of contents can say where each part of a file begins. */
final class PartedTar {

    private final UnaryOperator<byte[]> compression;
    private final int partBytesMax;
    private final boolean endsParts;
    private final TocJson toc;
    private final ByteArrayOutputStream blob = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tar = new ByteArrayOutputStream();
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();

    /**
     * Starts an empty one.
     *
     * @param compression makes a member or frame of a piece
     * @param partBytesMax the largest part of a file
     * @param endsParts whether what follows a file's content is in another piece
     * @param toc hears of all entries
     */
    PartedTar(UnaryOperator<byte[]> compression, int partBytesMax, boolean endsParts, TocJson toc) {
        this.compression = compression;
        this.partBytesMax = partBytesMax;
        this.endsParts = endsParts;
        this.toc = toc;
    }

    void add(TarEntry entry) {
        byte[] bytes = entry.toByteArray();
        EntryFacts facts = entry.facts();
        byte[] content = facts.content();
        int bodyAt = bytes.length - facts.paddedBytes();
        tar.writeBytes(bytes);
        piece.writeBytes(Arrays.copyOf(bytes, bodyAt));
        var parts = new ArrayList<TocJson.Part>();
        for (int at = 0; at < content.length; at += partBytesMax) {
            endPiece();
            byte[] part = Arrays.copyOfRange(content, at, Math.min(at + partBytesMax, content.length));
            parts.add(new TocJson.Part(blob.size(), at, ByteString.of(part)));
            piece.writeBytes(part);
        }
        if (endsParts) {
            endPiece();
        }
        piece.writeBytes(Arrays.copyOfRange(bytes, bodyAt + content.length, bytes.length));
        toc.add(facts, parts);
    }

    /** Adds bytes that are no entry. */
    void add(byte[] bytes) {
        tar.writeBytes(bytes);
        piece.writeBytes(bytes);
    }

    void endPiece() {
        if (piece.size() > 0) {
            blob.writeBytes(compression.apply(piece.toByteArray()));
            piece.reset();
        }
    }

    /** Returns the compressed pieces; what is written to it lies behind them. */
    ByteArrayOutputStream blob() {
        return blob;
    }

    byte[] tar() {
        return tar.toByteArray();
    }
}
