package dev.tidewatch.database;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.component.sql.SqlHelper;
import org.apache.camel.support.ExchangeHelper;

/**
 * Parses the named parameters of a statement once. Camel does so at each call and also converts the body to a map for each parameter,
 * which together takes more processor time than the database driver. Names, values and errors are Camel's.
 */
class NamedParameters extends DefaultSqlPrepareStatementStrategy {

    /** A parameter, after Camel has replaced its number sign by a question mark. */
    private static final Pattern PARAMETER = Pattern.compile(":\\?(?<list>in:)?(?<name>\\w+|\\$(?:simple)?\\{[^{}]+})");

    /** The last parsed statement: an endpoint has one, unless a header or the body contains it. */
    private volatile ParsedStatement last;

    NamedParameters(char separator) {
        super(separator);
    }

    @Override
    public String prepareQuery(String query, boolean allowNamedParameters, Exchange exchange) throws SQLException {
        if (!allowNamedParameters || exchange == null) {
            return super.prepareQuery(query, allowNamedParameters, exchange);
        }
        ParsedStatement statement = parse(query, exchange.getContext());
        return statement.isConstant() ? statement.prepared() : super.prepareQuery(query, true, exchange);
    }

    @Override
    public Iterator<?> createPopulateIterator(String query, String preparedQuery, int expectedParams, Exchange exchange, Object value)
            throws SQLException {
        ParsedStatement statement = parse(query, exchange.getContext());
        if (!statement.isParsed()) {
            return super.createPopulateIterator(query, preparedQuery, expectedParams, exchange, value);
        }
        List<Object> values = new ArrayList<>(statement.parameters().size());
        Exchange row = value == null || value == exchange.getMessage().getBody() ? exchange : withBody(exchange, value);
        for (Parameter parameter : statement.parameters()) {
            Object found = parameter.valueOf(row, query);
            values.add(parameter.isList() && found != null ? createInParameterIterator(found) : found);
        }
        return values.iterator();
    }

    private ParsedStatement parse(String query, CamelContext camel) {
        ParsedStatement statement = last;
        if (statement == null || !statement.query().equals(query)) {
            statement = ParsedStatement.of(query, camel);
            last = statement;
        }
        return statement;
    }

    /** A batch has a body per row. */
    private static Exchange withBody(Exchange exchange, Object body) {
        Exchange row = ExchangeHelper.createCopy(exchange, true);
        row.getMessage().setBody(body);
        return row;
    }

    /**
     * A parsed statement.
     *
     * @param query      as in the SQL file, without comments
     * @param prepared   with a question mark for each parameter
     * @param isParsed   whether it has parameters, none of them within another, which Camel supports, too
     * @param isConstant whether {@code prepared} is what the database prepares; a list has a question mark for each of its elements
     */
    private record ParsedStatement(String query, String prepared, List<Parameter> parameters, boolean isParsed, boolean isConstant) {

        static ParsedStatement of(String query, CamelContext camel) {
            List<Parameter> parameters = new ArrayList<>();
            Matcher matcher = PARAMETER.matcher(query);
            while (matcher.find()) {
                String name = matcher.group("name");
                Expression expression = name.startsWith("$") ? camel.resolveLanguage("simple").createExpression(name) : null;
                parameters.add(new Parameter(name, matcher.group("list") != null, expression));
            }
            String prepared = matcher.replaceAll("?");
            boolean isWhole = !prepared.contains(":?");
            return new ParsedStatement(query, prepared, List.copyOf(parameters), isWhole && !parameters.isEmpty(),
                    isWhole && parameters.stream().noneMatch(Parameter::isList));
        }
    }

    /** A parameter: the key of a body that is a map, of a header or of a variable; or an expression, if it is not null. */
    private record Parameter(String name, boolean isList, Expression expression) {

        Object valueOf(Exchange exchange, String query) {
            if (expression != null) {
                return expression.evaluate(exchange, Object.class);
            }
            Object body = exchange.getMessage().getBody();
            if (!SqlHelper.hasParameter(name, exchange, body)) {
                throw new RuntimeExchangeException(
                        "Cannot find key [%s] in message body or headers to use when setting named parameter in query [%s]"
                                .formatted(name, query), exchange);
            }
            return SqlHelper.lookupParameter(name, exchange, body);
        }
    }
}
