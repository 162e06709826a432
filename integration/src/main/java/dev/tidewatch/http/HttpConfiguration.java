package dev.tidewatch.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.filter.RequestContextFilter;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.handler.MappedInterceptor;

/** Filters and error responses of the HTTP server. */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    /** Possessive: a path of thousands of segments would overflow the stack. */
    private static final Pattern PLAIN_PATH = Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]++)++");
    private static final Pattern FORM = Pattern.compile("\\s*(application/x-www-form-urlencoded|multipart/)", Pattern.CASE_INSENSITIVE);

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemErrorReport() {
        return factory -> factory.addContextCustomizers(
                context -> ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemErrorReport.class.getName()));
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> responseHeaders() {
        return factory -> factory.addEngineValves(new ResponseHeaders());
    }

    /** Replaces Spring Boot's: no code reads the request from its thread. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> noRequestContext() {
        FilterRegistrationBean<RequestContextFilter> registration = new FilterRegistrationBean<>(new RequestContextFilter());
        registration.setEnabled(false);
        return registration;
    }

    /** Allows pages of the configured origins to call the API; disabled without one. */
    @Bean
    FilterRegistrationBean<CorsFilter> corsFilter(HttpProperties settings) {
        CorsConfiguration allowed = new CorsConfiguration();
        allowed.setAllowedOrigins(settings.corsOrigins());
        allowed.setAllowedMethods(List.of("GET", "POST", "DELETE"));
        allowed.setAllowedHeaders(List.of("Authorization", "Content-Type", "Last-Event-ID"));
        allowed.setExposedHeaders(List.of("Retry-After", "WWW-Authenticate"));
        allowed.setMaxAge(Duration.ofMinutes(10));
        CorsFilter filter = new CorsFilter(request -> allowed);
        filter.setCorsProcessor(new DefaultCorsProcessor() {
            @Override
            protected void rejectRequest(ServerHttpResponse response) throws IOException {
                ((ServletServerHttpResponse) response).getServletResponse().sendError(HttpServletResponse.SC_FORBIDDEN);
            }
        });
        FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(filter);
        // Before StartupFilter: pages may read a 503, too.
        registration.setOrder(-2);
        registration.setEnabled(!settings.corsOrigins().isEmpty());
        return registration;
    }

    /**
     * Rejects what Spring and Camel interpret differently: a path with parameters, escapes or dot segments (404), HEAD (405), which
     * Camel would answer with the request's own headers and body, and forms (415), whose fields Camel would copy into message headers.
     */
    @Bean
    MappedInterceptor unambiguousRequests() {
        return new MappedInterceptor(null, new HandlerInterceptor() {
            @Override
            public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) throws IOException {
                if (!PLAIN_PATH.matcher(request.getRequestURI()).matches()) {
                    response.sendError(HttpServletResponse.SC_NOT_FOUND);
                    return false;
                }
                if ("HEAD".equals(request.getMethod())) {
                    response.setHeader("Allow", "GET");
                    response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
                    return false;
                }
                if (request.getContentType() != null && FORM.matcher(request.getContentType()).lookingAt()) {
                    response.sendError(HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE);
                    return false;
                }
                return true;
            }
        });
    }
}
