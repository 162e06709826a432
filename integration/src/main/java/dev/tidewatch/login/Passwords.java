package dev.tidewatch.login;

import jakarta.annotation.PreDestroy;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * Checks passwords; an unknown user and a locked account cost the same time as a wrong password. As many hashes run at once as there are
 * cores, on threads of their own: on a virtual one, a hash would keep every other request from the core until it is done.
 */
@Component("passwords")
public class Passwords {

    private final ExecutorService cores = Executors.newFixedThreadPool(LoginSettings.CORES, task -> {
        Thread thread = new Thread(task, "password-hash");
        thread.setDaemon(true);
        return thread;
    });
    private final Argon2id argon2id;
    private final String nobodysHash;

    Passwords(Argon2id argon2id) {
        this.argon2id = argon2id;
        this.nobodysHash = argon2id.hash("nobody");
    }

    /**
     * Whether the password is the user's, and the account not locked.
     *
     * @param user the row of {@code find-user.sql}; null when the name is unknown
     */
    public boolean matches(@Variable("credentials") Credentials credentials, @Variable("user") Map<String, Object> user) {
        String hash = user != null ? (String) user.get("passwordHash") : nobodysHash;
        boolean isRight = onACore(() -> argon2id.matches(credentials.password(), hash));
        return isRight && user != null && !isLocked(user);
    }

    @PreDestroy
    void close() {
        cores.shutdownNow();
    }

    private <T> T onACore(Callable<T> task) {
        try {
            return cores.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A password could not be checked", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The application stops", e);
        }
    }

    private static boolean isLocked(Map<String, Object> user) {
        return ((Number) user.get("locked")).intValue() != 0;
    }
}
