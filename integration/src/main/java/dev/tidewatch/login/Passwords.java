package dev.tidewatch.login;

import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Checks passwords; an unknown user and a locked account cost the same time as a wrong password. As many hashes run at once as there are
 * cores, on threads of their own: on a virtual one, a hash would keep every other request from the core until it is done.
 */
@Component("passwords")
public class Passwords {

    private static final Logger log = LoggerFactory.getLogger(Passwords.class);

    private final ExecutorService cores = Executors.newFixedThreadPool(LoginSettings.CORES, task -> {
        Thread thread = new Thread(task, "password-hash");
        thread.setDaemon(true);
        return thread;
    });
    private final List<PasswordHash> hashes;
    private final Argon2id argon2id;
    private final String nobodysHash;

    Passwords(List<PasswordHash> hashes, Argon2id argon2id) {
        this.hashes = hashes;
        this.argon2id = argon2id;
        this.nobodysHash = argon2id.hash("nobody");
    }

    /**
     * Whether the password is the user's, and the account not locked.
     *
     * @param user the row of {@code find-user.sql}; null when the name is unknown
     */
    public boolean matches(@Variable("credentials") Credentials credentials, @Variable("user") Map<String, Object> user) {
        boolean isRight = onACore(() -> isRight(credentials.password(), user));
        return isRight && !isLocked(user);
    }

    /**
     * A new hash of a password that is right, when the one that the user has is of another way or weaker than it would be today.
     *
     * @param user the row of {@code find-user.sql}
     * @return null when the hash is good as it is
     */
    public String newHash(@Variable("credentials") Credentials credentials, @Variable("user") Map<String, Object> user) {
        String hash = (String) user.get("passwordHash");
        return argon2id.isOf(hash) && !argon2id.isWeak(hash) ? null : onACore(() -> argon2id.hash(credentials.password()));
    }

    /** A hash of a new password. */
    public String hash(@Variable("passwordChange") PasswordChange change) {
        return onACore(() -> argon2id.hash(change.newPassword()));
    }

    private boolean isRight(String password, Map<String, Object> user) {
        if (user != null) {
            String hash = (String) user.get("passwordHash");
            try {
                return hashes.stream().filter(way -> way.isOf(hash)).findFirst()
                        .orElseThrow(() -> new UnusableHashException("it is of no known way")).matches(password, hash);
            } catch (UnusableHashException e) {
                log.error("The password hash of user {} cannot be used: {}", user.get("userId"), e.getMessage());
            }
        }
        argon2id.matches(password, nobodysHash);
        return false;
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
