package dev.tidewatch;

import dev.tidewatch.login.HashCommand;
import dev.tidewatch.routefiles.check.Lint;
import dev.tidewatch.routefiles.test.RouteTests;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the application or runs a command. The routes are under {@code camel/}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Tidewatch {

    public static void main(String[] arguments) {
        String command = arguments.length == 0 ? "" : arguments[0];
        switch (command) {
            case "lint" -> System.exit(Lint.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
            case "test" -> System.exit(RouteTests.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
            case "hash" -> System.exit(HashCommand.run(arguments.length - 1));
            default -> SpringApplication.run(Tidewatch.class, arguments);
        }
    }
}
