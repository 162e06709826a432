package dev.tidewatch.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of this machine. */
public final class LocalPorts {

    /**
     * Below the ports that systems give to clients: from 32768 on Linux (ip_local_port_range, ip(7)), from 49152 elsewhere
     * (RFC 6335, section 6). The system gives a free port of its own choice to the next asker as well.
     */
    private static final int FIRST = 10_000;
    private static final int END = 30_000;

    private static final Set<Integer> given = ConcurrentHashMap.newKeySet();

    private LocalPorts() {
    }

    /** This port if it is free, otherwise any free port; 0 for any free port. */
    static int freePortOr(int preferred) {
        if (preferred == 0 || !isFree(preferred)) {
            return freePort();
        }
        given.add(preferred);
        return preferred;
    }

    /** A free port that this JVM has not given before: whoever asked for one may not listen on it yet. */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && given.add(port)) {
                return port;
            }
        }
    }

    static boolean isFree(int port) {
        // Another process may listen on the wildcard address only or on the loopback address only.
        return canBind(new InetSocketAddress(port)) && canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static boolean canBind(InetSocketAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            // A port is free even if connections of an earlier run are in TIME_WAIT.
            socket.setReuseAddress(true);
            socket.bind(address);
            return true;
        } catch (IOException busy) {
            return false;
        }
    }
}
