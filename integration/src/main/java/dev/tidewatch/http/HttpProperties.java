package dev.tidewatch.http;

import dev.tidewatch.settings.Limits;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the HTTP server.
 *
 * @param maxBodyBytes   the largest request body in bytes
 * @param tlsCertificate a PEM file with the server's certificate and its chain; with it and the key the port serves HTTPS only, and renewed
 *                       files are reloaded
 * @param tlsKey         a PEM file with the private key of the certificate
 * @param corsOrigins    other origins whose pages may call the API, comma-separated, such as {@code https://tidewatch.example}
 * @param insecureCookie {@code true} names the session cookie {@code tidewatch} and drops {@code Secure}, for browsers that reject secure
 *                       cookies over plain HTTP
 * @param trustedProxies addresses and networks whose {@code X-Forwarded-For} header names the client, comma-separated, such as
 *                       {@code 10.0.0.0/8,2001:db8::/32}
 * @param publicUrl      the address at which clients reach Tidewatch, for the line that it is ready, such as
 *                       {@code https://tidewatch.example}; empty for {@code localhost} and the port
 */
@ConfigurationProperties("tidewatch.http")
record HttpProperties(int maxBodyBytes, String tlsCertificate, String tlsKey, List<String> corsOrigins, boolean insecureCookie,
        List<String> trustedProxies, String publicUrl) {

    /** An origin as a browser sends it: without a path and without the default port of its scheme. */
    private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\\[[0-9a-f:]+](:[0-9]{1,5})?");
    /** The port can be a range, which instances share that Docker Compose scales. */
    private static final Pattern PUBLIC_URL = Pattern.compile(
            "https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5}(-[0-9]{1,5})?)?(/[^\\s?#]*)?");

    HttpProperties {
        if (!publicUrl.isEmpty() && !PUBLIC_URL.matcher(publicUrl).matches()) {
            throw Limits.unusable("TIDEWATCH_PUBLIC_URL", publicUrl, "an address, such as https://tidewatch.example");
        }
        List<String> given = corsOrigins;
        corsOrigins = corsOrigins.stream().filter(origin -> !origin.isBlank()).map(HttpProperties::asBrowsersSendIt).toList();
        for (String origin : corsOrigins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw Limits.unusable("TIDEWATCH_CORS_ORIGINS", String.join(",", given),
                        "a list of origins, such as https://tidewatch.example");
            }
        }
        Limits.number("tidewatch.http.max-body-bytes", maxBodyBytes, 1024, 16 * 1024 * 1024);
    }

    private static String asBrowsersSendIt(String origin) {
        String lowerCase = origin.strip().toLowerCase(Locale.ROOT).replaceFirst("/+$", "");
        return lowerCase.replaceFirst(lowerCase.startsWith("https:") ? ":443$" : ":80$", "");
    }
}
