package dev.tidewatch.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of this machine. */
final class LocalPorts {

    private LocalPorts() {
    }

    /** This port if it is free, otherwise any free port; 0 for any free port. */
    static int freePortOr(int preferred) {
        return preferred != 0 && isFree(preferred) ? preferred : anyFreePort();
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

    private static int anyFreePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("No free TCP port on the loopback address", e);
        }
    }
}
