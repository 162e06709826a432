package dev.tidewatch.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.handler.MappedInterceptor;

/** What the HTTP server does for every request. */
@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    private static final Pattern PLAIN_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final Pattern FORM = Pattern.compile("\\s*(application/x-www-form-urlencoded|multipart/)", Pattern.CASE_INSENSITIVE);

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemErrorReport() {
        return factory -> factory.addContextCustomizers(
                context -> ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemErrorReport.class.getName()));
    }

    /**
     * Refuses what Spring and Camel read differently: a path with parameters or escapes (404) and HEAD (405), which Camel would answer
     * with the request's own headers and body, and forms (415), whose fields it would read into message headers.
     */
    @Bean
    MappedInterceptor onlyWhatTheContractMeans() {
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
