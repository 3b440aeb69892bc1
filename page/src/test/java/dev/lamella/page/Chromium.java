package dev.lamella.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Debian's Chromium, driven by tests. What it complains about is kept: errors of scripts, what the
 * Content-Security-Policy refused, requests that failed or went elsewhere than to this machine. To be used by one
 * thread only.
 */
public final class Chromium implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final double WAIT_MILLIS = 15_000;

    /**
     * How pages are looked at.
     *
     * @param width of the window, in CSS pixels
     * @param height of the window, in CSS pixels
     * @param dark whether its user prefers dark pages
     * @param scripts whether scripts run
     */
    public record Look(int width, int height, boolean dark, boolean scripts) {

        /** A desk. */
        public static final Look WIDE = new Look(1280, 900, false, true);

        /** A telephone. */
        public static final Look NARROW = new Look(390, 844, false, true);

        /** Returns the same by night. */
        public Look inTheDark() {
            return new Look(width, height, true, scripts);
        }

        /** Returns the same where scripts do not run. */
        public Look withoutScripts() {
            return new Look(width, height, dark, false);
        }
    }

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Starts it; fails if it is not installed. */
    public static Chromium start() {
        if (!Files.isExecutable(PROGRAM)) {
            throw new IllegalStateException(PROGRAM + " is not there; run: sudo testbed/install");
        }
        var playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            var browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(PROGRAM));
            return new Chromium(playwright, browser);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** Opens an address in a window of its own, with no cookies. */
    public Page open(String url, Look look) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(look.width(), look.height())
                .setColorScheme(look.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setJavaScriptEnabled(look.scripts())
                .setLocale("en-GB"));
        context.setDefaultTimeout(WAIT_MILLIS);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.type() + ": " + message.text());
            }
        });
        page.onPageError(error -> complaints.add("script: " + error));
        page.onDialog(dialog -> {
            complaints.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        page.onRequest(request -> {
            if (!request.url().startsWith("http://localhost:") && !request.url().startsWith("http://127.0.0.1:")) {
                complaints.add("request elsewhere: " + request.url());
            }
        });
        page.navigate(url);
        return page;
    }

    /** Closes all windows, and with them their connections. */
    public void closeWindows() {
        browser.contexts().forEach(BrowserContext::close);
    }

    /** Returns what it complained about since it was asked before. */
    public List<String> complaints() {
        var all = List.copyOf(complaints);
        complaints.clear();
        return all;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
