package dev.tidewatch.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.StreamCache;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpBinding;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConstants;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.http.base.HttpHelper;
import org.apache.catalina.connector.ClientAbortException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerAdapter;
import org.springframework.web.servlet.ModelAndView;

/**
 * Runs the routes of {@code platform-http} on the thread of the request, and writes a body in memory at once, with its length. Camel's
 * engine hands each request to an executor, dispatches it a second time through the filters afterwards, and sends a chunked response in
 * two parts; docs/operate/benchmarks.md has the difference.
 */
@Component("platform-http-engine")
class RequestThreadEngine implements PlatformHttpEngine, HandlerAdapter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(RequestThreadEngine.class);

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new RouteConsumer(endpoint, processor);
    }

    /** Before Spring's adapter, which would call the method that Camel registers. */
    @Override
    public int getOrder() {
        return 0;
    }

    @Override
    public boolean supports(Object handler) {
        return handler instanceof HandlerMethod method && method.getBean() instanceof RouteConsumer;
    }

    @Override
    public ModelAndView handle(HttpServletRequest request, HttpServletResponse response, Object handler) throws Exception {
        ((RouteConsumer) ((HandlerMethod) handler).getBean()).handleService(request, response);
        return null;
    }

    @Override
    @Deprecated
    public long getLastModified(HttpServletRequest request, Object handler) {
        return -1;
    }

    private static final class RouteConsumer extends SpringBootPlatformHttpConsumer {

        private final SpringBootPlatformHttpBinding binding = new WholeBodyBinding();

        RouteConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
            super(endpoint, processor, Runnable::run);
            binding.setHeaderFilterStrategy(endpoint.getHeaderFilterStrategy());
            binding.setMuteException(endpoint.isMuteException());
            binding.setFileNameExtWhitelist(endpoint.getFileNameExtWhitelist());
            binding.setUseReaderForPayload(!endpoint.isUseStreaming());
        }

        @Override
        protected void handleService(HttpServletRequest request, HttpServletResponse response) throws Exception {
            if (isSuspended() || getEndpoint().isUseCookieHandler()) {
                super.handleService(request, response);
                return;
            }
            Exchange exchange = createExchange(false);
            try {
                exchange.setPattern(ExchangePattern.InOut);
                HttpHelper.setCharsetFromContentType(request.getContentType(), exchange);
                // It sets itself as the message of the exchange.
                new PlatformHttpMessage(exchange, binding, request, response);
                exchange.getIn().setHeader(SpringBootPlatformHttpConstants.CONTEXT_PATH, getEndpoint().getPath());
                createUoW(exchange);
                getProcessor().process(exchange);
                binding.writeResponse(exchange, response);
            } catch (ClientAbortException e) {
                log.debug("The client disconnected before its response", e);
            } catch (Exception e) {
                // The container would log the text of the exception.
                log.warn("The response of {} cannot be written: {}", getEndpoint().getPath(), e.getClass().getName());
                if (response.isCommitted()) {
                    // Closes the connection, so that the client notices.
                    throw new IOException("The response is incomplete");
                }
                response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
            } finally {
                doneUoW(exchange);
                releaseExchange(exchange, false);
            }
        }
    }

    private static final class WholeBodyBinding extends SpringBootPlatformHttpBinding {

        @Override
        protected void doWriteDirectResponse(Message message, HttpServletResponse response, Exchange exchange) throws IOException {
            Object body = message.getBody();
            // A cache of characters states their number as its length.
            if (body instanceof InputStream && body instanceof StreamCache cache && cache.inMemory()) {
                cache.reset();
                response.setContentLengthLong(cache.length());
                cache.writeTo(response.getOutputStream());
            } else if (body instanceof String text) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                response.setContentLength(bytes.length);
                response.getOutputStream().write(bytes);
            } else {
                super.doWriteDirectResponse(message, response, exchange);
            }
        }
    }
}
