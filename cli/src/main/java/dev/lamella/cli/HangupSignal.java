package dev.lamella.cli;

import java.lang.reflect.Proxy;

/** Lets SIGHUP call something. By reflection: the JDK has no public class for signals, and its compiler warns of the one there is. */
final class HangupSignal {

    private HangupSignal() {}

    /** Calls an action, which must return soon, for every SIGHUP from now on. */
    static void onHangup(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, method, _) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                }
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), ours);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no signals", e);
        }
    }
}
