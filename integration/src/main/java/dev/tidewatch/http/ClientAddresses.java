package dev.tidewatch.http;

import dev.tidewatch.settings.Limits;
import dev.tidewatch.settings.UnusableSettingException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.catalina.util.NetMask;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Finds the address of a request's client: the peer of the connection or, behind trusted proxies, the first address in
 * {@code X-Forwarded-For} from the right that is not a trusted proxy. (Tomcat's RemoteIpValve accepts proxies as regular expressions only.)
 */
@Component
class ClientAddresses {

    private static final String FORWARDED_FOR = "X-Forwarded-For";
    /** An address, in brackets if it is IPv6 and a port follows. */
    private static final Pattern ENTRY = Pattern.compile(
            "(?:\\[(?<bracketed>[^\\[\\]]+)](?::\\d{1,5})?|(?<ipv4>[0-9.]+):\\d{1,5}|(?<bare>[^\\[\\]]+))");

    private final List<NetMask> trustedProxies;

    @Autowired
    ClientAddresses(HttpProperties settings) {
        this(settings.trustedProxies());
    }

    /**
     * Reads the networks.
     *
     * @param trustedProxies addresses and networks (CIDR)
     * @throws UnusableSettingException when one of them is neither
     */
    ClientAddresses(List<String> trustedProxies) {
        // The list may end with a comma.
        this.trustedProxies = trustedProxies.stream().filter(network -> !network.isEmpty())
                .map(network -> netMask(network, trustedProxies)).toList();
    }

    /** The IPv4 or IPv6 address of the client. */
    String of(HttpServletRequest request) {
        // The zone of a link-local address (fe80::1%eth0) names an interface of this host.
        String address = request.getRemoteAddr();
        String peer = address.indexOf('%') < 0 ? address : address.substring(0, address.indexOf('%'));
        InetAddress client = IpAddress.parse(peer);
        if (client == null) {
            return peer;
        }
        if (!isTrusted(client)) {
            return client.getHostAddress();
        }
        for (String entry : fromTheRight(request.getHeaders(FORWARDED_FOR))) {
            if (!isTrusted(client)) {
                break;
            }
            InetAddress before = address(entry);
            if (before == null) {
                break;
            }
            client = before;
        }
        return client.getHostAddress();
    }

    private boolean isTrusted(InetAddress address) {
        return trustedProxies.stream().anyMatch(network -> network.matches(address));
    }

    private static List<String> fromTheRight(Enumeration<String> headers) {
        List<String> entries = new ArrayList<>(
                Collections.list(headers).stream().flatMap(header -> Stream.of(header.split(",", -1))).toList());
        Collections.reverse(entries);
        return entries;
    }

    private static InetAddress address(String entry) {
        Matcher parts = ENTRY.matcher(entry.strip());
        if (!parts.matches()) {
            return null;
        }
        return Stream.of("bracketed", "ipv4", "bare").map(parts::group).filter(Objects::nonNull).findFirst()
                .map(IpAddress::parse).orElse(null);
    }

    private static NetMask netMask(String network, List<String> all) {
        if (IpAddress.parse(network.replaceFirst("/\\d{1,3}$", "")) != null) {
            try {
                return new NetMask(network);
            } catch (IllegalArgumentException e) {
                // Reported below.
            }
        }
        throw Limits.unusable("TIDEWATCH_TRUSTED_PROXIES", String.join(",", all),
                "a list of addresses and networks, such as 10.0.0.0/8,2001:db8::/32");
    }
}
