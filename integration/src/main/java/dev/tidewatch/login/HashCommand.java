package dev.tidewatch.login;

import dev.tidewatch.settings.SettingBinder;
import dev.tidewatch.settings.UnusableSettingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;

/** The command {@code hash}: reads a password and prints its hash for {@code users.password_hash}, without starting the application. */
public final class HashCommand {

    private final BufferedReader in;
    private final PrintStream out;
    private final PrintStream err;
    private final Argon2id argon2id;

    HashCommand(InputStream in, PrintStream out, PrintStream err, HashProperties settings) {
        // A decoder that reports what is not UTF-8; by default it would be replaced.
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        this.out = out;
        this.err = err;
        this.argon2id = new Argon2id(settings);
    }

    /**
     * Hashes the single line of the input.
     *
     * @return the exit code: 0 for a hash, 2 for invalid input
     */
    int run() throws IOException {
        String password;
        try {
            password = in.readLine();
            if (password == null || in.readLine() != null) {
                err.println("Pass the password as one line on standard input.");
                return 2;
            }
        } catch (CharacterCodingException e) {
            err.println("The password is not UTF-8.");
            return 2;
        }
        int length = password.codePointCount(0, password.length());
        if (length < PasswordPolicy.SHORTEST || length > PasswordPolicy.LONGEST) {
            err.println("A password must have %d to %d characters; this one has %d."
                    .formatted(PasswordPolicy.SHORTEST, PasswordPolicy.LONGEST, length));
            return 2;
        }
        if (new PasswordPolicy().isCommon(password)) {
            err.println("This is a commonly used password; choose another one.");
            return 2;
        }
        out.println(argon2id.hash(password));
        return 0;
    }

    /**
     * Runs the command with the streams of the process.
     *
     * @param arguments their number; the command takes none, because other users of the machine can read them
     */
    public static int run(int arguments) {
        if (arguments > 0) {
            System.err.println("Usage: java -jar tidewatch.jar hash, with the password as one line on standard input");
            return 2;
        }
        // Standard output is reserved for the hash.
        LoggingSystem.get(HashCommand.class.getClassLoader()).beforeInitialize();
        try {
            // The hash has the cost that the application would use here.
            StandardEnvironment environment = new StandardEnvironment();
            ConfigDataEnvironmentPostProcessor.applyTo(environment);
            return new HashCommand(System.in, System.out, System.err,
                    SettingBinder.bind(environment, HashProperties.class)).run();
        } catch (UnusableSettingException e) {
            System.err.println(e.getMessage());
            return 2;
        } catch (IOException e) {
            System.err.println("Cannot read standard input.");
            return 2;
        }
    }
}
