package dev.lamella.policy;

import dev.lamella.oci.Reference;
import java.util.ArrayList;
import java.util.List;

/** The names under which {@code policy.json} and {@code registries.d} may have something to say about a reference. */
final class Scopes {

    private Scopes() {}

    /** Returns the names, the most specific first: the reference, its repository, the namespaces, the host, wild cards of domains. */
    static List<String> of(Reference reference) {
        var scopes = new ArrayList<String>();
        scopes.add(reference.toString());
        String name = reference.name();
        for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
            scopes.add(name.substring(0, end));
        }
        int colon = reference.registry().indexOf(':');
        String host = colon < 0 ? reference.registry() : reference.registry().substring(0, colon);
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            scopes.add("*" + host.substring(dot));
        }
        return scopes;
    }
}
