package dev.tidewatch;

import dev.tidewatch.routes.Lint;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the application; what it does stands in the route files under {@code camel/}. */
@SpringBootApplication
public class Tidewatch {

    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals("lint")) {
            System.exit(Lint.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
        }
        SpringApplication.run(Tidewatch.class, arguments);
    }
}
