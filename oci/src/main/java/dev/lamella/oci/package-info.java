/**
 * Images as registries give them: references, manifests, configs, and the way to a registry that the machine's container engine would take.
 *
 * <p>{@link dev.lamella.oci.EngineConfig} reads what Podman, Buildah and Skopeo are configured with ({@code registries.conf},
 * {@code certs.d}, {@code auth.json}, credential helpers, proxies); {@link dev.lamella.oci.Registry} asks a registry or its mirrors, with
 * time limits, pauses between tries and downloads that are resumed; {@link dev.lamella.oci.Manifest} and
 * {@link dev.lamella.oci.ImageConfig} read documents, strictly. Nothing here writes to disk or to a registry. Values are immutable; a
 * Registry may be shared by threads.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/spec.md">OCI image specification</a>
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI distribution specification</a>
 */
@NullMarked
package dev.lamella.oci;

import org.jspecify.annotations.NullMarked;
