/**
 * Tables of contents (TOC) of layers' blobs: of <a
 * href="https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md">eStargz</a>, and of zstd:chunked as containers/storage
 * writes it since 1.48 ({@code storage/pkg/chunked/internal/minimal/compression.go} of containers/container-libs at
 * f0ddf1a745bb).
 *
 * <p>{@link dev.lamella.toc.TocClaim} is what a manifest's annotations claim; {@link dev.lamella.toc.EstargzFooter}
 * and {@link
 * dev.lamella.toc.ZstdChunkedFooter} are what a blob ends with; {@link dev.lamella.toc.TocReader} reads the JSON
 * itself, entry by entry, and {@link
 * dev.lamella.toc.TocComparison} holds it against the entries of the tar that was beside it, which {@link
 * dev.lamella.toc.EntryLog} has kept.
 *
 * <p>A container engine asks for a layer by the digest of its TOC and gets the tree that was made of the tar. That is
 * right only if both say the
 * same, so a TOC that says anything else than the tar is an error:
 *
 * <ul>
 *   <li>It lists the entries of the tar in their order, each once; an eStargz TOC does not list itself. Order counts
 *       because what a tar means depends on
 *       it.
 *   <li>Name, type, permissions, owner, time, link target, device number and extended attributes are those of the
 *       tar's headers. An eStargz time may be
 *       rounded to seconds. Names that are no UTF-8 are compared as Go's JSON writes them, each invalid byte as U+FFFD.
 *   <li>Size and SHA-256 of every file with content are given and right. Parts cover the file; in eStargz their
 *       digests are right.
 *   <li>Fields of other names are ignored, but not those that differ from known ones in case only: Go's decoders take
 *       them for the known ones.
 * </ul>
 *
 * <p>Nothing here touches a file, the network or a clock. Nothing is safe for use by several threads at a time but the
 * records. Malformed input is a {@link
 * dev.lamella.toc.TocException}; failures of streams pass through.
 */
@NullMarked
package dev.lamella.toc;

import org.jspecify.annotations.NullMarked;
