package dev.lamella.node;

import dev.lamella.oci.Accounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/**
 * Finds where the engines of this machine keep their own stores: root's, as {@code storage.conf} says, and that of every user with a home directory.
 * What users set in the environment of their sessions (XDG_DATA_HOME, CONTAINERS_STORAGE_CONF) cannot be known; such stores have to be named.
 *
 * @param passwd the file of all users
 * @param storageConf the system's {@code storage.conf}, of which the first that exists counts
 * @see <a href="https://github.com/containers/storage/blob/main/docs/containers-storage.conf.5.md">containers-storage.conf(5)</a>
 */
public record EngineStores(Path passwd, List<Path> storageConf) {

    /** The machine's {@code storage.conf}. */
    public static final Path CONF = Path.of("/etc/containers/storage.conf");

    /** The one that counts where the machine has none. */
    public static final Path CONF_DEFAULT = Path.of("/usr/share/containers/storage.conf");

    /** A user's own, below the home directory. */
    public static final Path USERS_CONF = Path.of(".config/containers/storage.conf");

    /** The most that is read of a user's own. */
    public static final int CONF_BYTES_MAX = 1 << 20;

    private static final Path USERS_STORE = Path.of(".local/share/containers/storage");

    /** Copies the list. */
    public EngineStores {
        storageConf = List.copyOf(storageConf);
    }

    /**
     * Returns those of this machine.
     *
     * @param named a {@code storage.conf} that is read instead of the usual one
     */
    public static EngineStores ofSystem(Optional<Path> named) {
        return new EngineStores(Accounts.SYSTEM, named.map(List::of).orElse(List.of(CONF, CONF_DEFAULT)));
    }

    /**
     * A user's store, which need not be there.
     *
     * @param user what the user is called
     * @param owners the numbers of the users who have this home directory
     * @param graphroot where it is
     */
    record UserStore(String user, Set<Long> owners, Path graphroot) {}

    /**
     * What one user has.
     *
     * @param stores places where there may be a store
     * @param problem why there may be others; empty if there are not
     */
    record UserStores(List<UserStore> stores, Optional<String> problem) {}

    /** What {@code storage.conf} says, as far as it matters here. */
    private record Conf(Optional<String> graphroot, Optional<String> rootlessPath) {
        static final Conf NONE = new Conf(Optional.empty(), Optional.empty());

        List<String> paths() {
            var paths = new ArrayList<String>();
            graphroot.ifPresent(paths::add);
            rootlessPath.ifPresent(paths::add);
            return paths;
        }
    }

    /**
     * Returns the store of root's engine, if {@code storage.conf} names it.
     *
     * @throws DamagedImageStoreException if that file cannot be understood
     */
    Optional<Path> ofRoot() throws IOException {
        return system().graphroot().filter(path -> path.startsWith("/")).map(Path::of);
    }

    private Conf system() throws IOException {
        for (Path file : storageConf) {
            try {
                byte[] content = Files.readAllBytes(file);
                return parse(content)
                        .orElseThrow(() -> new DamagedImageStoreException(
                                file,
                                "not TOML",
                                "mend it: without it nobody knows where root's engine has its store"));
            } catch (NoSuchFileException _) {
                // The next one counts.
            }
        }
        return Conf.NONE;
    }

    private static Optional<Conf> parse(byte[] content) {
        TomlParseResult toml = Toml.parse(new String(content, StandardCharsets.UTF_8));
        return toml.hasErrors()
                ? Optional.empty()
                : Optional.of(new Conf(text(toml, "graphroot"), text(toml, "rootless_storage_path")));
    }

    private static Optional<String> text(TomlParseResult toml, String key) {
        List<String> path = List.of("storage", key);
        return toml.isString(path)
                ? Optional.ofNullable(toml.getString(path)).filter(s -> !s.isEmpty())
                : Optional.empty();
    }

    /**
     * Returns where each user's engine may have its store; root's is another. All places that a user's configuration or its absence allows count: an
     * earlier one may be in use again tomorrow.
     *
     * @param looking told of each file before it is looked at
     */
    List<UserStores> ofUsers(Consumer<Path> looking) throws IOException {
        Optional<String> forAll = system().rootlessPath();
        List<Accounts.Account> accounts = new Accounts(passwd)
                .all().stream().filter(account -> account.uid() != 0).toList();
        var stores = new ArrayList<UserStores>();
        for (Accounts.Account account : accounts) {
            looking.accept(account.home());
            stores.add(of(account, accounts, forAll));
        }
        return stores;
    }

    private static UserStores of(Accounts.Account account, List<Accounts.Account> all, Optional<String> forAll) {
        var owners = new HashSet<Long>();
        all.stream()
                .filter(other -> other.home().equals(account.home()))
                .forEach(other -> owners.add((long) other.uid()));
        var places = new LinkedHashSet<Path>();
        places.add(account.home().resolve(USERS_STORE));
        Optional<String> problem = Optional.empty();
        var said = new ArrayList<String>();
        forAll.ifPresent(said::add);
        Path file = account.home().resolve(USERS_CONF);
        try {
            Optional<byte[]> content = UserFiles.read(file, owners, CONF_BYTES_MAX);
            Optional<Conf> own = content.isPresent() ? parse(content.get()) : Optional.of(Conf.NONE);
            if (own.isEmpty()) {
                problem = Optional.of(file + ": not TOML");
            }
            own.ifPresent(conf -> said.addAll(conf.paths()));
        } catch (UserFileException e) {
            problem = Optional.ofNullable(e.getMessage());
        }
        for (String path : said) {
            Optional<Path> place = expand(path, account);
            place.ifPresent(places::add);
            if (place.isEmpty()) {
                problem = Optional.of("%s, or the system's: a path of a store that is not understood".formatted(file));
            }
        }
        List<UserStore> stores = places.stream()
                .map(place -> new UserStore(account.name(), Set.copyOf(owners), place))
                .toList();
        return new UserStores(stores, problem);
    }

    /** Puts the variables in that the engine knows; empty if others are left, or if it is no absolute path. */
    private static Optional<Path> expand(String path, Accounts.Account account) {
        String expanded = path;
        for (String[] variable : new String[][] {
            {"HOME", account.home().toString()}, {"UID", String.valueOf(account.uid())}, {"USER", account.name()}
        }) {
            expanded = expanded.replace("${" + variable[0] + "}", variable[1])
                    .replaceAll("\\$" + variable[0] + "(?![A-Za-z0-9_])", Matcher.quoteReplacement(variable[1]));
        }
        boolean isPath = expanded.startsWith("/") && expanded.indexOf('$') < 0 && expanded.indexOf('\0') < 0;
        return isPath ? Optional.of(Path.of(expanded).normalize()) : Optional.empty();
    }
}
