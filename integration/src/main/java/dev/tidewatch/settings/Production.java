package dev.tidewatch.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.core.env.PropertyResolver;

/** What {@code TIDEWATCH_ENV=production} refuses: settings that are for a first try. */
final class Production {

    /** What stands in the README, and may so be known to anybody. */
    private static final Set<String> KNOWN_PASSWORDS = Set.of("tidewatch", "admin123");

    private Production() {
    }

    /** Refuses a start in production with what is not fit for it, all of it in one sentence. */
    static void check(PropertyResolver settings) {
        String name = settings.getRequiredProperty("tidewatch.env");
        if (!Set.of("development", "production").contains(name)) {
            throw new UnusableSettingException("TIDEWATCH_ENV is \"%s\"; it is development or production.".formatted(name));
        }
        List<String> faults = name.equals("production") ? faults(settings) : List.of();
        if (!faults.isEmpty()) {
            throw new UnusableSettingException("TIDEWATCH_ENV is production, but " + String.join("; ", faults) + ".");
        }
    }

    private static List<String> faults(PropertyResolver settings) {
        List<String> faults = new ArrayList<>();
        if (!settings.getRequiredProperty("spring.flyway.placeholders.seed-user").equals("false")) {
            faults.add("TIDEWATCH_SEED_USER is not false, which makes a user whose password anybody knows");
        }
        String password = settings.getRequiredProperty("spring.datasource.password");
        if (password.isEmpty()) {
            faults.add("TIDB_PASSWORD (or TIDB_PASSWORD_FILE) is not set");
        } else if (KNOWN_PASSWORDS.contains(password)) {
            faults.add("TIDB_PASSWORD is one that the README names");
        }
        if (settings.getRequiredProperty("tidewatch.insecure-cookie", Boolean.class)) {
            faults.add("TIDEWATCH_INSECURE_COOKIE is true, which lets a session's cookie travel without TLS");
        }
        String ssl = settings.getRequiredProperty("tidewatch.database.ssl").toLowerCase(Locale.ROOT);
        if (!Set.of("true", "verify_identity", "verify_ca").contains(ssl)) {
            faults.add("TIDB_SSL is \"" + ssl + "\" and verifies no certificate; set it to true");
        }
        if (!KafkaSecurity.of(settings).isEncrypted()) {
            faults.add("KAFKA_SECURITY_PROTOCOL is PLAINTEXT; set it to SASL_SSL");
        } else if (KNOWN_PASSWORDS.contains(settings.getRequiredProperty("tidewatch.kafka.password"))) {
            faults.add("KAFKA_PASSWORD is one that the README names");
        }
        return faults;
    }
}
