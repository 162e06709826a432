package dev.tidewatch.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.core.env.Environment;

/** Settings that {@code TIDEWATCH_ENV=production} rejects: they are for a first try on a private network. */
final class Production {

    /** The documentation contains them, so anybody may know them. */
    private static final Set<String> KNOWN_PASSWORDS = Set.of("tidewatch", "admin123");

    private Production() {
    }

    /**
     * Checks that the settings are fit for production, in production mode.
     *
     * @throws UnusableSettingException when they are not; its message lists every fault
     */
    static void check(Environment settings) {
        String name = settings.getRequiredProperty("tidewatch.env");
        if (!Set.of("development", "production").contains(name)) {
            throw new UnusableSettingException("TIDEWATCH_ENV is \"%s\"; it must be development or production.".formatted(name));
        }
        List<String> faults = name.equals("production") ? faults(settings) : List.of();
        if (!faults.isEmpty()) {
            throw new UnusableSettingException("TIDEWATCH_ENV is production, but " + String.join("; ", faults) + ".");
        }
    }

    private static List<String> faults(Environment settings) {
        List<String> faults = new ArrayList<>();
        if (!settings.getRequiredProperty("spring.flyway.placeholders.seed-user").equals("false")) {
            faults.add("TIDEWATCH_SEED_USER is not false (true creates a user with a published password)");
        }
        String password = settings.getRequiredProperty("spring.datasource.password");
        if (password.isEmpty()) {
            faults.add("TIDB_PASSWORD (or TIDB_PASSWORD_FILE) is not set");
        } else if (KNOWN_PASSWORDS.contains(password)) {
            faults.add("TIDB_PASSWORD is a password from the documentation");
        }
        if (settings.getRequiredProperty("tidewatch.http.insecure-cookie", Boolean.class)) {
            faults.add("TIDEWATCH_INSECURE_COOKIE allows the session cookie over plain HTTP (set it to false)");
        }
        String ssl = settings.getRequiredProperty("tidewatch.database.ssl").toLowerCase(Locale.ROOT);
        if (!Set.of("true", "verify_identity", "verify_ca").contains(ssl)) {
            faults.add("TIDB_SSL is \"" + ssl + "\" and verifies no certificate (set it to true)");
        }
        KafkaSecurity kafka = SettingBinder.bind(settings, KafkaSecurity.class);
        if (!kafka.isEncrypted()) {
            faults.add("KAFKA_SECURITY_PROTOCOL is PLAINTEXT (set it to SASL_SSL)");
        } else if (KNOWN_PASSWORDS.contains(kafka.password())) {
            faults.add("KAFKA_PASSWORD is a password from the documentation");
        }
        return faults;
    }
}
