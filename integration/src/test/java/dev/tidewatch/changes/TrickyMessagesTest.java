package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The messages that decoders of canal-json were seen to break on. The tables' first column is the item of the project's list of
 * them (A values, B shape); JSON stands with single quotes here.
 */
class TrickyMessagesTest {

    private static final String COMMIT = "'es':1639633141221,'_tidb':{'commitTs':429918007904436226}";
    private static final String COMMITTED = "'commitTs':'429918007904436226','commitTime':'2021-12-16T05:39:01.221Z'";

    // item | mysqlType | sqlType | value in the message | value in the line
    @ParameterizedTest(name = "{0}: {1} {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            A1 bytes are latin-1 characters         | varbinary           | 2004 | '\\u0000\\u00ff\\u0080\\u00fe' | 'AP+A/g=='
            A1 the documents' escape of <           | varchar             | 12   | '\\u003c\\u0026'               | '<&'
            A2 bytes that are no UTF-8              | longblob            | 2004 | '\\u00c3\\u0028\\u00a0'        | 'wyig'
            A2 empty blob                           | blob                | 2004 | ''                             | ''
            A3 padded binary                        | binary              | 2004 | 'Joseph\\u0000\\u0000'         | 'Sm9zZXBoAAA='
            A3 padded binary, content-compatible    | binary(8)           | 2004 | 'Joseph\\u0000\\u0000'         | 'Sm9zZXBoAAA='
            A4 float                                | float               | 7    | '0.1'                          | 0.1
            A4 float as printed with 4.2 precision  | float(4,2)          | 7    | '1.50'                         | 1.5
            A4 double                               | double              | 8    | '0.0000000001'                 | 1.0E-10
            A4 whole double                         | double unsigned     | 8    | '5'                            | 5.0
            A4 largest float                        | float               | 7    | '340000000000000000000000000000000000000' | 3.4E38
            A4 more digits than a double holds      | double              | 8    | '0.12345678901234567890'       | '0.12345678901234567890'
            A4 beyond every double                  | double              | 8    | '1e400'                        | '1e400'
            A4 below every double                   | double              | 8    | '1e-400'                       | '1e-400'
            A4 no number                            | double              | 8    | 'NaN'                          | 'NaN'
            A4 Java's spelling is no number         | double              | 8    | '1d'                           | '1d'
            A4 minus zero                           | double              | 8    | '-0'                           | -0.0
            A5 bigint unsigned above 2^63           | bigint unsigned     | 3    | '18446744073709551615'         | '18446744073709551615'
            A5 bigint unsigned NULL                 | bigint unsigned     | -5   | null                           | null
            A5 the last exact integer               | bigint              | -5   | '9007199254740992'             | 9007199254740992
            A5 the first one beyond                 | bigint              | -5   | '9007199254740993'             | '9007199254740993'
            A5 the last exact negative integer      | bigint              | -5   | '-9007199254740992'            | -9007199254740992
            A5 the first one beyond                 | bigint              | -5   | '-9007199254740993'            | '-9007199254740993'
            A5 smallest bigint                      | bigint              | -5   | '-9223372036854775808'         | '-9223372036854775808'
            A5 zerofill                             | bigint(20) unsigned zerofill | -5 | '00000000000000000042'  | 42
            A5 zerofill beyond                      | bigint(20) unsigned zerofill | 3  | '09223372036854775808'  | '9223372036854775808'
            A5 zerofill zero                        | int(8) unsigned zerofill     | 4  | '00000000'              | 0
            A6 unsigned, promoted by value          | tinyint unsigned    | 5    | '255'                          | 255
            A6 the same column, not promoted        | tinyint unsigned    | -6   | '0'                            | 0
            A6 int unsigned, promoted               | int unsigned        | -5   | '4294967295'                   | 4294967295
            A6 upper case                           | INT UNSIGNED        | -5   | '4294967295'                   | 4294967295
            A6 mysqlType missing                    |                     | -5   | '4294967295'                   | 4294967295
            A7 index of an enum                     | enum                | 4    | '1'                            | 1
            A7 empty enum                           | enum                | 4    | '0'                            | 0
            A7 enum, content-compatible             | enum(\\u0027a\\u0027) | 4    | '2'                            | 2
            A7 bit mask of a set                    | set                 | -7   | '5'                            | 5
            A7 bit                                  | bit                 | -7   | '1'                            | 1
            A7 bit(64)                              | bit(64)             | -7   | '9223372036854775809'          | '9223372036854775809'
            A7 bool                                 | tinyint(1)          | -6   | '1'                            | 1
            A8 timestamp without zone               | timestamp           | 93   | '2026-10-25 02:30:00'          | '2026-10-25 02:30:00'
            A8 timestamp with microseconds          | timestamp(6)        | 93   | '2026-10-25 02:30:00.123456'   | '2026-10-25 02:30:00.123456'
            A9 longest time                         | time                | 92   | '838:59:59'                    | '838:59:59'
            A9 shortest time                        | time                | 92   | '-838:59:59'                   | '-838:59:59'
            A9 negative time with microseconds      | time(6)             | 92   | '-01:00:00.000001'             | '-01:00:00.000001'
            A10 zero datetime                       | datetime            | 93   | '0000-00-00 00:00:00'          | '0000-00-00 00:00:00'
            A10 zero date                           | date                | 91   | '0000-00-00'                   | '0000-00-00'
            A10 zero year                           | year                | 12   | '0'                            | 0
            A10 year                                | year(4)             | 12   | '2155'                         | 2155
            A11 JSON object                         | json                | 12   | '{\\'a\\': 1, \\'b\\': [true, null, \\'x\\']}' | {'a':1,'b':[true,null,'x']}
            A11 JSON text                           | json                | 12   | '\\'str\\''                    | 'str'
            A11 JSON null                           | json                | 12   | 'null'                         | null
            A11 JSON number beyond 2^53             | json                | 12   | '{\\'n\\': 18446744073709551615}' | {'n':'18446744073709551615'}
            A11 JSON double                         | json                | 12   | '[0.5, 1e2, 1e400]'            | [0.5,100.0,'1e400']
            A11 unparsable                          | json                | 12   | '{\\'a\\':'                    | '{\\'a\\':'
            A11 two JSON values                     | json                | 12   | '1 2'                          | '1 2'
            A11 empty                               | json                | 12   | ''                             | ''
            A11 a name twice                        | json                | 12   | '{\\'a\\':1,\\'a\\':2}'        | '{\\'a\\':1,\\'a\\':2}'
            A11 without mysqlType it stays text     |                     | 12   | '{\\'a\\': 1}'                 | '{\\'a\\': 1}'
            A12 default of another type             | int                 | 4    | '1.0'                          | '1.0'
            A12 default of another type             | bigint              | -5   | ''                             | ''
            A12 text in an integer column           | int                 | 4    | '\\u0661'                      | '\u0661'
            A13 vector                              | vector              | 12   | '[1,2.5]'                      | '[1,2.5]'
            A13 a type of a later TiDB              | hologram(3)         | 1111 | '[1,2.5]'                      | '[1,2.5]'
            A13 text that looks like a number       | varchar(16)         | 12   | '007'                          | '007'
            A13 decimal                             | decimal             | 3    | '1.20364700'                   | '1.20364700'
            A13 decimal, content-compatible         | decimal(10,4) unsigned | 3 | '1.2000'                       | '1.2000'
            A13 sqlType only: decimal               |                     | 3    | '1.2000'                       | '1.2000'
            A13 sqlType only: double                |                     | 8    | '1.5'                          | 1.5
            A13 sqlType only: binary                |                     | 2004 | '\\u00ff'                      | '/w=='
            A13 sqlType only: text                  |                     | 2005 | '1'                            | '1'
            A13 no type at all                      |                     |      | '1'                            | '1'
            A13 raw number                          | int                 | 4    | 20                             | 20
            A13 raw number beyond 2^53              | bigint              | -5   | 9007199254740993               | '9007199254740993'
            A13 raw number, exact                   | decimal             | 3    | 1.20364700                     | '1.20364700'
            A13 raw number without type             |                     |      | 1.50                           | 1.5
            A13 raw number in a text column         | varchar             | 12   | 007                            | not JSON
            A13 raw number in a text column         | varchar             | 12   | 7                              | '7'
            A13 raw boolean                         | tinyint             | -6   | true                           | true
            A13 raw object                          | json                | 12   | {'n':9007199254740993}         | {'n':'9007199254740993'}
            A13 half a surrogate pair               | varchar             | 12   | 'a\\ud83db'                    | 'a\ufffdb'
            A14 AUTO_RANDOM id                      | bigint              | -5   | '3458764513820540930'          | '3458764513820540930'
            """)
    void values(String item, String mysqlType, String sqlType, String written, String expected) {
        String message = json("{'type':'INSERT','database':'d','table':'t','data':[{'c':" + written + "}],'sqlType':"
                + (sqlType == null ? "null" : "{'c':" + sqlType + "}") + ",'mysqlType':"
                + (mysqlType == null ? "null" : "{'c':\"" + mysqlType + "\"}") + "," + COMMIT + "}");

        String line = Lines.unmasked().line(message);

        if (expected.equals("not JSON")) {
            assertThat(line).startsWith(json("{'error':'not JSON at line 1 column "));
        } else {
            assertThat(line).isEqualTo(json("{'operation':'INSERT','database':'d','table':'t','key':{},'data':{'c':" + expected
                    + "}," + COMMITTED + "}"));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    void shapes(String item, String message, String expected) {
        String line = Lines.unmasked().line(json(message));

        assertThat(line).isEqualTo(json(expected));
        assertThat(line).as("a line, not several").doesNotContain("\n", "\r");
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                shape("A1 a character that is no byte",
                        row("INSERT", "'pkNames':null,'mysqlType':{'photo':'blob'},'data':[{'photo':'\\u0100'}]"),
                        error("column `photo` is binary but holds a character above U+00FF, which is no byte")),
                shape("A14 commitTs as a number",
                        row("INSERT", "'pkNames':['id'],'data':[{'id':'1'}]"),
                        line("INSERT", "'key':{'id':'1'},'data':{'id':'1'}")),
                shape("A14 commitTs as text",
                        row("INSERT", "'data':[{'id':'1'}]").replace("429918007904436226", "'429918007904436226'"),
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                shape("A14 commitTs rounded by a tool",
                        row("INSERT", "'data':[{'id':'1'}]").replace("429918007904436226", "4.2991800790443622E17"),
                        error("field `_tidb.commitTs` is not a whole number from 0 to 2^63-1")),
                shape("A14 commitTs beyond every TSO",
                        row("INSERT", "'data':[{'id':'1'}]").replace("429918007904436226", "18446744073709551615"),
                        error("field `_tidb.commitTs` is not a whole number from 0 to 2^63-1")),
                shape("A14 _tidb null, as without the extension",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}],'es':1639633141221,'_tidb':null}",
                        "{'operation':'INSERT','database':'d','table':'t','key':{},'data':{'id':'1'},"
                                + "'commitTime':'2021-12-16T05:39:01.221Z'}"),
                shape("A14 es missing: commitTs says when",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}],'_tidb':{'commitTs':429918007904436226}}",
                        "{'operation':'INSERT','database':'d','table':'t','key':{},'data':{'id':'1'},"
                                + "'commitTs':'429918007904436226','commitTime':'2021-12-20T13:30:49.196Z'}"),
                shape("A14 es missing and no commitTs",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}]}",
                        error("field `es` is missing")),
                shape("A14 es in nanoseconds",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}],'es':1639633141221000000}",
                        error("field `es` is beyond the year 9999")),

                shape("B16 old [null]",
                        row("UPDATE", "'pkNames':['id'],'old':[null],'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{'id':'1'},'data':{'id':'1'},'old':{}")),
                shape("B16 old [null] of an INSERT",
                        row("INSERT", "'pkNames':['id'],'old':[null],'data':[{'id':'1'}]"),
                        line("INSERT", "'key':{'id':'1'},'data':{'id':'1'}")),
                shape("B17 old [{}]",
                        row("UPDATE", "'pkNames':['id'],'old':[{}],'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{'id':'1'},'data':{'id':'1'},'old':{}")),
                shape("B17 old null",
                        row("UPDATE", "'pkNames':['id'],'old':null,'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{'id':'1'},'data':{'id':'1'},'old':{}")),
                shape("B17 old missing",
                        row("UPDATE", "'pkNames':['id'],'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{'id':'1'},'data':{'id':'1'},'old':{}")),
                shape("B17 old holds all columns",
                        row("UPDATE", "'old':[{'id':'1','a':null,'b':'x','c':'y'}],'data':[{'id':'1','a':null,'b':null,'c':''}]"),
                        line("UPDATE", "'key':{},'data':{'id':'1','a':null,'b':null,'c':''},'old':{'b':'x','c':'y'}")),
                shape("B17 old holds the changed columns only",
                        row("UPDATE", "'old':[{'b':null}],'data':[{'id':'1','b':'x'}]"),
                        line("UPDATE", "'key':{},'data':{'id':'1','b':'x'},'old':{'b':null}")),
                shape("B17 old holds a column that data has not",
                        row("UPDATE", "'old':[{'id':'1','gone':null}],'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{},'data':{'id':'1'},'old':{'gone':null}")),
                shape("B17 1.0 became 1.00: the text changed",
                        row("UPDATE", "'mysqlType':{'f':'double'},'old':[{'f':'1.0'}],'data':[{'f':'1.00'}]"),
                        line("UPDATE", "'key':{},'data':{'f':1.0},'old':{'f':1.0}")),
                shape("B18 pkNames null",
                        row("DELETE", "'pkNames':null,'data':[{'a':'1'}]"),
                        line("DELETE", "'key':{},'data':{'a':'1'}")),
                shape("B18 pkNames []",
                        row("DELETE", "'pkNames':[],'data':[{'a':'1'}]"),
                        line("DELETE", "'key':{},'data':{'a':'1'}")),
                shape("B18 pkNames missing",
                        row("DELETE", "'data':[{'a':'1'}]"),
                        line("DELETE", "'key':{},'data':{'a':'1'}")),
                shape("B18 key of two columns, in the key's order",
                        row("DELETE", "'pkNames':['b','a'],'mysqlType':{'a':'int'},'data':[{'a':'1','b':'x'}]"),
                        line("DELETE", "'key':{'b':'x','a':1},'data':{'a':1,'b':'x'}")),
                shape("B18 a key column that the row has not",
                        row("INSERT", "'pkNames':['id'],'data':[{'a':'1'}]"),
                        error("the row has no column `id`, which field `pkNames` names")),
                shape("B18 pkNames is no list",
                        row("INSERT", "'pkNames':'id','data':[{'id':'1'}]"),
                        error("field `pkNames` is not a list of column names")),
                shape("B19 data null",
                        row("INSERT", "'data':null"),
                        error("field `data` of the INSERT holds no row")),
                shape("B19 data missing",
                        row("DELETE", "'pkNames':['id']"),
                        error("field `data` of the DELETE holds no row")),
                shape("B19 data []",
                        row("UPDATE", "'data':[],'old':[{'id':'1'}]"),
                        error("field `data` of the UPDATE holds no row")),
                shape("B19 data [null]",
                        row("INSERT", "'data':[null]"),
                        error("field `data` of the INSERT holds no row")),
                shape("B19 data is an object",
                        row("INSERT", "'data':{'id':'1'}"),
                        error("field `data` is not an array of rows")),
                shape("B19 data [1]",
                        row("INSERT", "'data':[1]"),
                        error("field `data` holds something that is not a row")),
                shape("B20 types after and before the data, old after it, in any order",
                        "{'mysqlType':{'b':'int','id':'int'},'data':[{'id':'1','b':'2'}],'old':[{'id':'1','b':'3'}],"
                                + "'sqlType':{'b':4,'id':4}," + COMMIT + ",'table':'t','database':'d','pkNames':['id'],"
                                + "'type':'UPDATE','isDdl':false,'id':0,'ts':1,'sql':''}",
                        line("UPDATE", "'key':{'id':1},'data':{'id':1,'b':2},'old':{'b':3}")),
                shape("B20 names of a later TiCDC",
                        row("INSERT", "'data':[{'id':'1'}],'payload2':{'deep':[1,{'x':null}]},'version':3")
                                .replace("'_tidb':{", "'_tidb':{'rowkey':'dA==','later':{'x':[1]},"),
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                shape("B21 a DELETE of the key's columns only is not marked",
                        row("DELETE", "'pkNames':['id'],'mysqlType':{'id':'int'},'data':[{'id':'2'}]"),
                        line("DELETE", "'key':{'id':2},'data':{'id':2}")),
                shape("B22 claim check",
                        row("INSERT", "'pkNames':['id'],'data':[{'id':'2'}]")
                                .replace("'_tidb':{", "'_tidb':{'claimCheckLocation':'s3://bucket/1.json',"),
                        line("INSERT", "'key':{'id':'2'},'data':{'id':'2'},'incomplete':'claim-check',"
                                + "'claimCheckLocation':'s3://bucket/1.json'")),
                shape("B23 handle key only, of an UPDATE",
                        row("UPDATE", "'pkNames':['id'],'old':[{'id':'2'}],'data':[{'id':'2'}]")
                                .replace("'_tidb':{", "'_tidb':{'onlyHandleKey':true,"),
                        line("UPDATE", "'key':{'id':'2'},'data':{'id':'2'},'old':{},'incomplete':'handle-key-only'")),
                shape("B23 flags that say nothing",
                        row("INSERT", "'data':[{'id':'2'}]")
                                .replace("'_tidb':{", "'_tidb':{'onlyHandleKey':false,'claimCheckLocation':'',"),
                        line("INSERT", "'key':{},'data':{'id':'2'}")),
                shape("B23 a flag that is no flag",
                        row("INSERT", "'data':[{'id':'2'}]").replace("'_tidb':{", "'_tidb':{'onlyHandleKey':'yes',"),
                        error("field `_tidb.onlyHandleKey` is not true or false")),

                ddl("ERASE", "DROP TABLE `d`.`t`"),
                ddl("TRUNCATE", "TRUNCATE TABLE `t`"),
                ddl("RENAME", "RENAME TABLE `s` TO `t`"),
                ddl("CINDEX", "ALTER TABLE `t` ADD INDEX(`a`)"),
                ddl("DINDEX", "ALTER TABLE `t` DROP INDEX `a`"),
                ddl("CREATE", "CREATE TABLE `t` (`id` INT PRIMARY KEY)"),
                ddl("ALTER", "ALTER TABLE `t` ADD COLUMN `a` INT"),
                ddl("LATER", "a type of a later TiCDC"),
                shape("B24 QUERY with table empty",
                        "{'isDdl':true,'type':'QUERY','database':'d','table':'','sql':'CREATE DATABASE `d`'," + COMMIT + "}",
                        "{'operation':'DDL','ddlType':'QUERY','database':'d','statement':'CREATE DATABASE `d`'," + COMMITTED + "}"),
                shape("B24 DDL with nothing but its type",
                        "{'isDdl':true,'type':'QUERY'," + COMMIT + "}",
                        "{'operation':'DDL','ddlType':'QUERY'," + COMMITTED + "}"),
                shape("B24 DDL of no known time",
                        "{'isDdl':true,'type':'QUERY'}",
                        error("field `es` is missing")),
                shape("B24 unknown type",
                        row("FOO", "'isDdl':false,'data':[{'id':'1'}]"),
                        error("unknown type `FOO`")),
                shape("B24 unknown type that would forge a line",
                        row("FOO\\n{}\\u2028\\u001b[31m`" + "x".repeat(80), "'data':[{'id':'1'}]"),
                        error("unknown type `FOO?{}??[31m?" + "x".repeat(51) + "...`")),
                shape("B24 type missing",
                        "{'database':'d','table':'t','isDdl':false,'data':[{'id':'1'}]," + COMMIT + "}",
                        error("field `type` is missing")),
                shape("B24 type is no text",
                        "{'database':'d','table':'t','isDdl':false,'type':1,'data':[{'id':'1'}]," + COMMIT + "}",
                        error("field `type` is not text")),
                shape("B24 isDdl contradicts the type",
                        row("INSERT", "'isDdl':true,'data':[{'id':'1'}]"),
                        error("field `isDdl` is true but the type is INSERT")),
                shape("B24 isDdl is no flag",
                        row("INSERT", "'isDdl':'false','data':[{'id':'1'}]"),
                        error("field `isDdl` is not true or false")),
                shape("B24 database missing",
                        "{'type':'INSERT','table':'t','data':[{'id':'1'}]," + COMMIT + "}",
                        error("field `database` of the INSERT is missing")),
                shape("B24 table empty",
                        "{'type':'DELETE','database':'d','table':'','data':[{'id':'1'}]," + COMMIT + "}",
                        error("field `table` of the DELETE is missing")),
                shape("B25 several rows in one message",
                        row("INSERT", "'data':[{'id':'1'},{'id':'2'}]"),
                        error("field `data` holds 2 rows: TiCDC sends one a message, Alibaba canal several")),
                shape("B25 several rows in old",
                        row("UPDATE", "'old':[{'a':'1'},{'a':'2'}],'data':[{'id':'1'}]"),
                        error("field `old` holds 2 rows: TiCDC sends one a message, Alibaba canal several")),
                shape("B25 Alibaba canal's DDL",
                        "{'data':null,'database':'d','es':1639633141221,'id':3,'isDdl':true,'mysqlType':null,'old':null,"
                                + "'pkNames':null,'sql':'ALTER TABLE t ADD c INT','sqlType':null,'table':'t','ts':1,'type':'ALTER'}",
                        "{'operation':'DDL','ddlType':'ALTER','database':'d','table':'t','statement':'ALTER TABLE t ADD c INT',"
                                + "'commitTime':'2021-12-16T05:39:01.221Z'}"),
                shape("B26 empty value", "",
                        error("empty value: canal-json never sends one, TiCDC open protocol does: set protocol=canal-json")),
                shape("B26 white space", " \r\n\t",
                        error("empty value: canal-json never sends one, TiCDC open protocol does: set protocol=canal-json")),
                shape("B26 cut short", "{'type':'INSERT','data':[{'password':'hunter2",
                        error("not JSON: it ends early, at line 1 column 46")),
                shape("B26 text", "hunter2", error("not JSON at line 1 column 3")),
                shape("B26 an array", "[{'type':'INSERT'}]", error("JSON, but not an object")),
                shape("B26 an empty object", "{}", error("field `type` is missing")),
                shape("B26 a broken value", "{'type':hunter2}", error("not JSON at line 1 column 11")),
                shape("B26 a name twice", "{'type':'INSERT','type':'DELETE'}",
                        error("a field is given twice, at line 1 column 24")),
                shape("B26 a column twice", row("INSERT", "'data':[{'a':'1','a':'2'}]"),
                        error("a field is given twice, at line 1 column 65")),
                shape("B26 two messages", "{'type':'INSERT'}\n{'type':'DELETE'}",
                        error("more than one JSON value: another begins at line 2 column 1")),
                shape("B26 a terminator behind it", row("INSERT", "'data':[{'id':'1'}]") + "\r\n",
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                shape("B26 a byte order mark before it", "\ufeff" + row("INSERT", "'data':[{'id':'1'}]"),
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                shape("B26 nested too deep", row("INSERT", "'data':[{'a':" + "[".repeat(200) + "]".repeat(200) + "}]"),
                        error("nested deeper than 128 levels")),
                shape("B26 a number too long", row("INSERT", "'data':[{'a':1" + "0".repeat(2000) + "}]"),
                        error("a number or a name is too long")),
                shape("B26 _tidb is no object",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}],'es':1,'_tidb':1}",
                        error("field `_tidb` is not an object")),
                shape("B26 mysqlType is no object", row("INSERT", "'mysqlType':['int'],'data':[{'id':'1'}]"),
                        error("field `mysqlType` is not an object")),
                shape("B26 types that are no types", row("INSERT", "'mysqlType':{'id':null},'sqlType':{'id':'4'},'data':[{'id':'1'}]"),
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                shape("B27 watermark",
                        "{'id':0,'database':'','table':'','pkNames':null,'isDdl':false,'type':'TIDB_WATERMARK','es':1640007049196,"
                                + "'ts':1640007050284,'sql':'','sqlType':null,'mysqlType':null,'data':null,'old':null,"
                                + "'_tidb':{'watermarkTs':429918007904436226}}",
                        "{'watermarkTs':'429918007904436226','time':'2021-12-20T13:30:49.196Z'}"),
                shape("B27 watermark without es",
                        "{'type':'TIDB_WATERMARK','_tidb':{'watermarkTs':'429918007904436226'}}",
                        "{'watermarkTs':'429918007904436226','time':'2021-12-20T13:30:49.196Z'}"),
                shape("B27 watermark without its timestamp",
                        "{'type':'TIDB_WATERMARK','es':1640007049196,'_tidb':{'commitTs':1}}",
                        error("field `_tidb.watermarkTs` of the TIDB_WATERMARK is missing")));
    }

    private static Arguments ddl(String type, String statement) {
        return shape("B24 " + type,
                "{'isDdl':true,'type':'" + type + "','database':'d','table':'t','sql':'" + statement + "','data':null," + COMMIT + "}",
                "{'operation':'DDL','ddlType':'" + type + "','database':'d','table':'t','statement':'" + statement + "',"
                        + COMMITTED + "}");
    }

    private static Arguments shape(String item, String message, String expected) {
        return Arguments.of(item, message, expected);
    }

    private static String row(String type, String fields) {
        return "{'type':'" + type + "','database':'d','table':'t'," + fields + "," + COMMIT + "}";
    }

    private static String line(String operation, String fields) {
        return "{'operation':'" + operation + "','database':'d','table':'t'," + fields + "," + COMMITTED + "}";
    }

    private static String error(String message) {
        return "{'error':'" + message + "'}";
    }

    private static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }
}
