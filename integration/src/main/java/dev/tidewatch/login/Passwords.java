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
 * Verifies and hashes passwords. An unknown user and a locked account take the same time as a wrong password. Hashes run on one platform
 * thread per core: on a virtual thread, a hash would block the core for all other requests.
 */
@Component("passwords")
public class Passwords {

    private static final Logger log = LoggerFactory.getLogger(Passwords.class);

    private final ExecutorService cores = Executors.newFixedThreadPool(Argon2id.CORES, task -> {
        Thread thread = new Thread(task, "password-hash");
        thread.setDaemon(true);
        return thread;
    });
    private final List<PasswordHash> hashes;
    private final Argon2id argon2id;
    private final String nobodysHash;
    private final int queue;

    Passwords(List<PasswordHash> hashes, Argon2id argon2id, LoginProperties settings) {
        this.hashes = hashes;
        this.argon2id = argon2id;
        this.nobodysHash = argon2id.hash("nobody");
        this.queue = settings.queue();
    }

    /** The number of concurrent password checks: one per core, plus the queue. */
    public int slots() {
        return Argon2id.CORES + queue;
    }

    /** The implementation of Argon2id: libsodium and its version, or Bouncy Castle. */
    public String implementation() {
        return argon2id.implementation();
    }

    /**
     * Whether the password is the user's and the account is not locked.
     *
     * @param user the row of {@code find-user.sql}; null for an unknown name
     */
    public boolean matches(@Variable("credentials") Credentials credentials, @Variable("user") Map<String, Object> user) {
        boolean isRight = onACore(() -> isRight(credentials.password(), user));
        return isRight && !isLocked(user);
    }

    /**
     * A new hash of a verified password, if the stored hash has another scheme or a lower cost than new hashes.
     *
     * @param user the row of {@code find-user.sql}
     * @return null if the stored hash needs no upgrade, or its scheme did not read the whole password
     */
    public String newHash(@Variable("credentials") Credentials credentials, @Variable("user") Map<String, Object> user) {
        String hash = (String) user.get("passwordHash");
        boolean isCurrent = argon2id.isOf(hash) && !argon2id.isWeak(hash);
        return isCurrent || !schemeOf(hash).readsAllOf(credentials.password()) ? null
                : onACore(() -> argon2id.hash(credentials.password()));
    }

    /** The hash of a new password. */
    public String hash(@Variable("passwordChange") PasswordChange change) {
        return onACore(() -> argon2id.hash(change.newPassword()));
    }

    private boolean isRight(String password, Map<String, Object> user) {
        if (user != null) {
            String hash = (String) user.get("passwordHash");
            try {
                return schemeOf(hash).matches(password, hash);
            } catch (UnusableHashException e) {
                log.error("Cannot use the password hash of user {}: {}", user.get("userId"), e.getMessage());
            }
        }
        argon2id.matches(password, nobodysHash);
        return false;
    }

    private PasswordHash schemeOf(String hash) {
        return hashes.stream().filter(scheme -> scheme.isOf(hash)).findFirst()
                .orElseThrow(() -> new UnusableHashException("unknown scheme"));
    }

    @PreDestroy
    void close() {
        cores.shutdownNow();
    }

    private <T> T onACore(Callable<T> task) {
        try {
            return cores.submit(task).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Cannot hash a password", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted: the application is stopping", e);
        }
    }

    private static boolean isLocked(Map<String, Object> user) {
        return ((Number) user.get("locked")).intValue() != 0;
    }
}
