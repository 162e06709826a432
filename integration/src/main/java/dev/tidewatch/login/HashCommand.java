package dev.tidewatch.login;

import dev.tidewatch.settings.UnusableSettingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;

/** The command {@code hash}: reads a password, and writes what {@code users.password_hash} holds of it. It starts nothing. */
public final class HashCommand {

    private final BufferedReader in;
    private final PrintStream out;
    private final PrintStream err;
    private final Argon2id argon2id;

    HashCommand(BufferedReader in, PrintStream out, PrintStream err, LoginSettings settings) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.argon2id = new Argon2id(settings);
    }

    /**
     * Hashes the one line of the input.
     *
     * @return the exit code: 0 with a hash, 2 without
     */
    int run() throws IOException {
        String password = in.readLine();
        if (password == null || in.readLine() != null) {
            err.println("Give the password as one line of the standard input.");
            return 2;
        }
        int length = password.codePointCount(0, password.length());
        if (length < PasswordPolicy.SHORTEST || length > PasswordPolicy.LONGEST) {
            err.println("A password has %d to %d characters; this one has %d."
                    .formatted(PasswordPolicy.SHORTEST, PasswordPolicy.LONGEST, length));
            return 2;
        }
        if (new PasswordPolicy().isCommon(password)) {
            err.println("This password is one of those that are used and guessed most often; choose another one.");
            return 2;
        }
        out.println(argon2id.hash(password));
        return 0;
    }

    /**
     * Runs it with the process' own streams.
     *
     * @param arguments how many there are; it takes none, because other users of the machine can read them
     */
    public static int run(int arguments) {
        if (arguments > 0) {
            System.err.println("Usage: java -jar tidewatch.jar hash, with the password as one line of the standard input");
            return 2;
        }
        // stdout is for the hash.
        LoggingSystem.get(HashCommand.class.getClassLoader()).beforeInitialize();
        try {
            // A hash costs what it would in the application here.
            StandardEnvironment environment = new StandardEnvironment();
            ConfigDataEnvironmentPostProcessor.applyTo(environment);
            return new HashCommand(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out, System.err,
                    new LoginSettings(environment)).run();
        } catch (UnusableSettingException e) {
            System.err.println(e.getMessage());
            return 2;
        } catch (IOException e) {
            System.err.println("The standard input cannot be read.");
            return 2;
        }
    }
}
