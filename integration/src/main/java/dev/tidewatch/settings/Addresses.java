package dev.tidewatch.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.core.env.Environment;

/** Brings the addresses of other services into the form that their clients and TiCDC read, and rejects what is not an address. */
final class Addresses {

    private static final String NAME = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9.])?";
    /** Two colons at least: db:4000 is a name and a port. */
    private static final String IPV6 = "(?=[^:]*:[^:]*:)[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?";
    private static final Pattern HOST = Pattern.compile("(?<name>%s)|\\[(?<bracketed>%s)]|(?<bare>%s)".formatted(NAME, IPV6, IPV6));
    private static final Pattern BROKER = Pattern.compile(
            "(?:[A-Za-z][A-Za-z0-9+._-]*://)?(?<host>%s|\\[%s]):(?<port>\\d{1,5})/*".formatted(NAME, IPV6));
    private static final Pattern URL = Pattern.compile(
            "(?<address>https?://(?:%s|\\[%s])(?::(?<port>\\d{1,5}))?(?:/[A-Za-z0-9._~-]+)*)/*".formatted(NAME, IPV6));
    private static final int MOST_PORT = 65_535;

    private Addresses() {
    }

    /**
     * The settings that are written differently, by the name under which they are set.
     *
     * @throws UnusableSettingException when one is not an address
     */
    static Map<String, String> properties(Environment environment) {
        Map<String, String> properties = new TreeMap<>();
        put(properties, environment, "tidewatch.database.host", Addresses::host,
                "a host name or an IP address; TIDB_PORT is its port");
        put(properties, environment, "camel.component.kafka.brokers", Addresses::brokers,
                "a list of brokers, such as kafka-1:9092,kafka-2:9092 or [2001:db8::1]:9092");
        put(properties, environment, "ticdc.url", Addresses::url, "empty or an address such as http://ticdc:8300");
        return properties;
    }

    /** Sets a value under the name that it is set with, so that a later source may still replace it. */
    private static void put(Map<String, String> properties, Environment environment, String property, UnaryOperator<String> form,
            String expected) {
        String given = environment.getRequiredProperty(property);
        String name = SettingBinder.variable(property, environment);
        String address = form.apply(given.strip());
        if (address == null) {
            throw Limits.unusable(name, given, expected);
        }
        if (!address.equals(given)) {
            properties.put(name, address);
        }
    }

    /** An IPv6 address gets brackets: a colon and the port follow it. */
    private static String host(String text) {
        Matcher host = HOST.matcher(text);
        if (!host.matches()) {
            return null;
        }
        return host.group("bare") == null ? text : '[' + text + ']';
    }

    private static String brokers(String text) {
        List<Matcher> brokers = Arrays.stream(text.split(",")).map(String::strip).filter(broker -> !broker.isEmpty())
                .map(BROKER::matcher).toList();
        return brokers.isEmpty() || !brokers.stream().allMatch(broker -> broker.matches() && isPort(broker.group("port"))) ? null
                : brokers.stream().map(broker -> broker.group("host") + ':' + broker.group("port")).collect(Collectors.joining(","));
    }

    private static String url(String text) {
        Matcher url = URL.matcher(text);
        if (text.isEmpty()) {
            return text;
        }
        return url.matches() && isPort(url.group("port")) ? url.group("address") : null;
    }

    private static boolean isPort(String text) {
        return text == null || Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST_PORT;
    }
}
