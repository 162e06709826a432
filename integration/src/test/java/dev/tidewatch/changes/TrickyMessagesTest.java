package dev.tidewatch.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages that break decoders of canal-json: values of every type, and messages with missing, wrong or unusual fields. JSON is written
 * with single quotes here.
 */
class TrickyMessagesTest {

    private static final String COMMIT = "'es':1639633141221,'_tidb':{'commitTs':429918007904436226}";
    private static final String COMMITTED = "'commitTs':'429918007904436226','commitTime':'2021-12-16T05:39:01.221Z'";

    // case | mysqlType | sqlType | value in the message | value in the line
    @ParameterizedTest(name = "{0}, {1} {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            binary: bytes as latin-1 characters | varbinary        | 2004 | '\\u0000\\u00ff\\u0080\\u00fe' | 'AP+A/g=='
            escaped < and &                     | varchar          | 12   | '\\u003c\\u0026'               | '<&'
            binary: invalid UTF-8               | longblob         | 2004 | '\\u00c3\\u0028\\u00a0'        | 'wyig'
            binary: empty                       | blob             | 2004 | ''                             | ''
            binary: padded                      | binary           | 2004 | 'Joseph\\u0000\\u0000'         | 'Sm9zZXBoAAA='
            binary: padded, content-compatible  | binary(8)        | 2004 | 'Joseph\\u0000\\u0000'         | 'Sm9zZXBoAAA='
            float                               | float            | 7    | '0.1'                          | 0.1
            float(4,2)                          | float(4,2)       | 7    | '1.50'                         | 1.5
            double                              | double           | 8    | '0.0000000001'                 | 1.0E-10
            double: integral                    | double unsigned  | 8    | '5'                            | 5.0
            float: largest                      | float            | 7    | '340000000000000000000000000000000000000' | 3.4E38
            double: too many digits             | double           | 8    | '0.12345678901234567890'       | '0.12345678901234567890'
            double: overflow                    | double           | 8    | '1e400'                        | '1e400'
            double: underflow                   | double           | 8    | '1e-400'                       | '1e-400'
            double: NaN                         | double           | 8    | 'NaN'                          | 'NaN'
            double: Java literal                | double           | 8    | '1d'                           | '1d'
            double: minus zero                  | double           | 8    | '-0'                           | -0.0
            integer: 2^64 - 1                   | bigint unsigned  | 3    | '18446744073709551615'         | '18446744073709551615'
            integer: NULL                       | bigint unsigned  | -5   | null                           | null
            integer: 2^53                       | bigint           | -5   | '9007199254740992'             | 9007199254740992
            integer: 2^53 + 1                   | bigint           | -5   | '9007199254740993'             | '9007199254740993'
            integer: -2^53                      | bigint           | -5   | '-9007199254740992'            | -9007199254740992
            integer: -2^53 - 1                  | bigint           | -5   | '-9007199254740993'            | '-9007199254740993'
            integer: -2^63                      | bigint           | -5   | '-9223372036854775808'         | '-9223372036854775808'
            zerofill                            | bigint(20) unsigned zerofill | -5 | '00000000000000000042' | 42
            zerofill: above 2^63                | bigint(20) unsigned zerofill | 3 | '09223372036854775808' | '9223372036854775808'
            zerofill: zero                      | int(8) unsigned zerofill | 4 | '00000000' | 0
            unsigned: sqlType promoted by value | tinyint unsigned | 5    | '255'                          | 255
            unsigned: sqlType not promoted      | tinyint unsigned | -6   | '0'                            | 0
            unsigned: int promoted              | int unsigned     | -5   | '4294967295'                   | 4294967295
            mysqlType in upper case             | INT UNSIGNED     | -5   | '4294967295'                   | 4294967295
            integer without mysqlType           |                  | -5   | '4294967295'                   | 4294967295
            enum: index                         | enum             | 4    | '1'                            | 1
            enum: empty                         | enum             | 4    | '0'                            | 0
            enum: content-compatible            | enum(\\u0027a\\u0027) | 4    | '2'                            | 2
            set: bit mask                       | set              | -7   | '5'                            | 5
            bit                                 | bit              | -7   | '1'                            | 1
            bit(64)                             | bit(64)          | -7   | '9223372036854775809'          | '9223372036854775809'
            bool                                | tinyint(1)       | -6   | '1'                            | 1
            timestamp: no time zone             | timestamp        | 93   | '2026-10-25 02:30:00'          | '2026-10-25 02:30:00'
            timestamp: microseconds             | timestamp(6)     | 93   | '2026-10-25 02:30:00.123456'   | '2026-10-25 02:30:00.123456'
            time: longest                       | time             | 92   | '838:59:59'                    | '838:59:59'
            time: most negative                 | time             | 92   | '-838:59:59'                   | '-838:59:59'
            time: negative, microseconds        | time(6)          | 92   | '-01:00:00.000001'             | '-01:00:00.000001'
            datetime: zero                      | datetime         | 93   | '0000-00-00 00:00:00'          | '0000-00-00 00:00:00'
            date: zero                          | date             | 91   | '0000-00-00'                   | '0000-00-00'
            year: zero                          | year             | 12   | '0'                            | 0
            year                                | year(4)          | 12   | '2155'                         | 2155
            JSON: object                        | json             | 12   | '{\\'a\\': 1, \\'b\\': [true, null]}' | {'a':1,'b':[true,null]}
            JSON: string                        | json             | 12   | '\\'str\\''                    | 'str'
            JSON: null                          | json             | 12   | 'null'                         | null
            JSON: integer above 2^53            | json             | 12   | '{\\'n\\': 18446744073709551615}' | {'n':'18446744073709551615'}
            JSON: doubles                       | json             | 12   | '[0.5, 1e2, 1e400]'            | [0.5,100.0,'1e400']
            JSON: truncated                     | json             | 12   | '{\\'a\\':'                    | '{\\'a\\':'
            JSON: two values                    | json             | 12   | '1 2'                          | '1 2'
            JSON: empty                         | json             | 12   | ''                             | ''
            JSON: duplicate field               | json             | 12   | '{\\'a\\':1,\\'a\\':2}'        | '{\\'a\\':1,\\'a\\':2}'
            JSON without mysqlType              |                  | 12   | '{\\'a\\': 1}'                 | '{\\'a\\': 1}'
            integer column: decimal text        | int              | 4    | '1.0'                          | '1.0'
            integer column: empty text          | bigint           | -5   | ''                             | ''
            integer column: Arabic digit        | int              | 4    | '\\u0661'                      | '\u0661'
            vector                              | vector           | 12   | '[1,2.5]'                      | '[1,2.5]'
            type of a newer TiDB                | hologram(3)      | 1111 | '[1,2.5]'                      | '[1,2.5]'
            varchar: digits                     | varchar(16)      | 12   | '007'                          | '007'
            decimal                             | decimal          | 3    | '1.20364700'                   | '1.20364700'
            decimal: content-compatible         | decimal(10,4) unsigned | 3    | '1.2000'                       | '1.2000'
            sqlType only: decimal               |                  | 3    | '1.2000'                       | '1.2000'
            sqlType only: double                |                  | 8    | '1.5'                          | 1.5
            sqlType only: binary                |                  | 2004 | '\\u00ff'                      | '/w=='
            sqlType only: text                  |                  | 2005 | '1'                            | '1'
            no type                             |                  |      | '1'                            | '1'
            JSON number: int                    | int              | 4    | 20                             | 20
            JSON number: above 2^53             | bigint           | -5   | 9007199254740993               | '9007199254740993'
            JSON number: decimal                | decimal          | 3    | 1.20364700                     | '1.20364700'
            JSON number: no type                |                  |      | 1.50                           | 1.5
            JSON number: leading zeros          | varchar          | 12   | 007                            | not JSON
            JSON number: varchar                | varchar          | 12   | 7                              | '7'
            JSON boolean: tinyint               | tinyint          | -6   | true                           | true
            JSON object: json column            | json             | 12   | {'n':9007199254740993}         | {'n':'9007199254740993'}
            unpaired surrogate                  | varchar          | 12   | 'a\\ud83db'                    | 'a\ufffdb'
            integer: AUTO_RANDOM id             | bigint           | -5   | '3458764513820540930'          | '3458764513820540930'
            """)
    void decodesValues(String name, String mysqlType, String sqlType, String written, String expected) {
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
    @MethodSource("messages")
    void decodesOrRejectsMessages(String name, String message, String expected) {
        String line = Lines.unmasked().line(json(message));

        assertThat(line).isEqualTo(json(expected));
        assertThat(line).as("one line").doesNotContain("\n", "\r");
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                message("binary column with a character above U+00FF",
                        row("INSERT", "'pkNames':null,'mysqlType':{'photo':'blob'},'data':[{'photo':'\\u0100'}]"),
                        error("binary column `photo` holds a character above U+00FF")),
                message("commitTs as a number",
                        row("INSERT", "'pkNames':['id'],'data':[{'id':'1'}]"),
                        line("INSERT", "'key':{'id':'1'},'data':{'id':'1'}")),
                message("commitTs as text",
                        row("INSERT", "'data':[{'id':'1'}]").replace("429918007904436226", "'429918007904436226'"),
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                message("commitTs as a double",
                        row("INSERT", "'data':[{'id':'1'}]").replace("429918007904436226", "4.2991800790443622E17"),
                        error("field `_tidb.commitTs` is not an integer from 0 to 2^63-1")),
                message("commitTs above 2^63",
                        row("INSERT", "'data':[{'id':'1'}]").replace("429918007904436226", "18446744073709551615"),
                        error("field `_tidb.commitTs` is not an integer from 0 to 2^63-1")),
                message("_tidb null",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}],'es':1639633141221,'_tidb':null}",
                        "{'operation':'INSERT','database':'d','table':'t','key':{},'data':{'id':'1'},"
                                + "'commitTime':'2021-12-16T05:39:01.221Z'}"),
                message("es missing, commitTs present",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}],'_tidb':{'commitTs':429918007904436226}}",
                        "{'operation':'INSERT','database':'d','table':'t','key':{},'data':{'id':'1'},"
                                + "'commitTs':'429918007904436226','commitTime':'2021-12-20T13:30:49.196Z'}"),
                message("es and commitTs missing",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}]}",
                        error("field `es` is missing")),
                message("es in nanoseconds",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}],'es':1639633141221000000}",
                        error("field `es` is after the year 9999")),

                message("old [null] of an UPDATE",
                        row("UPDATE", "'pkNames':['id'],'old':[null],'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{'id':'1'},'data':{'id':'1'},'old':{}")),
                message("old [null] of an INSERT",
                        row("INSERT", "'pkNames':['id'],'old':[null],'data':[{'id':'1'}]"),
                        line("INSERT", "'key':{'id':'1'},'data':{'id':'1'}")),
                message("old [{}]",
                        row("UPDATE", "'pkNames':['id'],'old':[{}],'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{'id':'1'},'data':{'id':'1'},'old':{}")),
                message("old null",
                        row("UPDATE", "'pkNames':['id'],'old':null,'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{'id':'1'},'data':{'id':'1'},'old':{}")),
                message("old missing",
                        row("UPDATE", "'pkNames':['id'],'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{'id':'1'},'data':{'id':'1'},'old':{}")),
                message("old with all columns",
                        row("UPDATE", "'old':[{'id':'1','a':null,'b':'x','c':'y'}],'data':[{'id':'1','a':null,'b':null,'c':''}]"),
                        line("UPDATE", "'key':{},'data':{'id':'1','a':null,'b':null,'c':''},'old':{'b':'x','c':'y'}")),
                message("old with the changed columns only",
                        row("UPDATE", "'old':[{'b':null}],'data':[{'id':'1','b':'x'}]"),
                        line("UPDATE", "'key':{},'data':{'id':'1','b':'x'},'old':{'b':null}")),
                message("old with a column missing from data",
                        row("UPDATE", "'old':[{'id':'1','gone':null}],'data':[{'id':'1'}]"),
                        line("UPDATE", "'key':{},'data':{'id':'1'},'old':{'gone':null}")),
                message("same number, different text",
                        row("UPDATE", "'mysqlType':{'f':'double'},'old':[{'f':'1.0'}],'data':[{'f':'1.00'}]"),
                        line("UPDATE", "'key':{},'data':{'f':1.0},'old':{'f':1.0}")),
                message("pkNames null",
                        row("DELETE", "'pkNames':null,'data':[{'a':'1'}]"),
                        line("DELETE", "'key':{},'data':{'a':'1'}")),
                message("pkNames []",
                        row("DELETE", "'pkNames':[],'data':[{'a':'1'}]"),
                        line("DELETE", "'key':{},'data':{'a':'1'}")),
                message("pkNames missing",
                        row("DELETE", "'data':[{'a':'1'}]"),
                        line("DELETE", "'key':{},'data':{'a':'1'}")),
                message("key of two columns, in the key's order",
                        row("DELETE", "'pkNames':['b','a'],'mysqlType':{'a':'int'},'data':[{'a':'1','b':'x'}]"),
                        line("DELETE", "'key':{'b':'x','a':1},'data':{'a':1,'b':'x'}")),
                message("key column missing from the row",
                        row("INSERT", "'pkNames':['id'],'data':[{'a':'1'}]"),
                        error("the row has no column `id`, which `pkNames` lists")),
                message("pkNames not a list",
                        row("INSERT", "'pkNames':'id','data':[{'id':'1'}]"),
                        error("field `pkNames` is not a list of column names")),
                message("data null",
                        row("INSERT", "'data':null"),
                        error("field `data` of the INSERT has no row")),
                message("data missing",
                        row("DELETE", "'pkNames':['id']"),
                        error("field `data` of the DELETE has no row")),
                message("data []",
                        row("UPDATE", "'data':[],'old':[{'id':'1'}]"),
                        error("field `data` of the UPDATE has no row")),
                message("data [null]",
                        row("INSERT", "'data':[null]"),
                        error("field `data` of the INSERT has no row")),
                message("data an object",
                        row("INSERT", "'data':{'id':'1'}"),
                        error("field `data` is not an array of rows")),
                message("data [1]",
                        row("INSERT", "'data':[1]"),
                        error("field `data` holds an element that is not a row")),
                message("fields in another order",
                        "{'mysqlType':{'b':'int','id':'int'},'data':[{'id':'1','b':'2'}],'old':[{'id':'1','b':'3'}],"
                                + "'sqlType':{'b':4,'id':4}," + COMMIT + ",'table':'t','database':'d','pkNames':['id'],"
                                + "'type':'UPDATE','isDdl':false,'id':0,'ts':1,'sql':''}",
                        line("UPDATE", "'key':{'id':1},'data':{'id':1,'b':2},'old':{'b':3}")),
                message("fields of a newer TiCDC",
                        row("INSERT", "'data':[{'id':'1'}],'payload2':{'deep':[1,{'x':null}]},'version':3")
                                .replace("'_tidb':{", "'_tidb':{'rowkey':'dA==','later':{'x':[1]},"),
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                message("DELETE with key columns only",
                        row("DELETE", "'pkNames':['id'],'mysqlType':{'id':'int'},'data':[{'id':'2'}]"),
                        line("DELETE", "'key':{'id':2},'data':{'id':2}")),
                message("claim check",
                        row("INSERT", "'pkNames':['id'],'data':[{'id':'2'}]")
                                .replace("'_tidb':{", "'_tidb':{'claimCheckLocation':'s3://bucket/1.json',"),
                        line("INSERT", "'key':{'id':'2'},'data':{'id':'2'},'incomplete':'claim-check',"
                                + "'claimCheckLocation':'s3://bucket/1.json'")),
                message("handle-key-only UPDATE",
                        row("UPDATE", "'pkNames':['id'],'old':[{'id':'2'}],'data':[{'id':'2'}]")
                                .replace("'_tidb':{", "'_tidb':{'onlyHandleKey':true,"),
                        line("UPDATE", "'key':{'id':'2'},'data':{'id':'2'},'old':{},'incomplete':'handle-key-only'")),
                message("onlyHandleKey false, claimCheckLocation empty",
                        row("INSERT", "'data':[{'id':'2'}]")
                                .replace("'_tidb':{", "'_tidb':{'onlyHandleKey':false,'claimCheckLocation':'',"),
                        line("INSERT", "'key':{},'data':{'id':'2'}")),
                message("onlyHandleKey not a boolean",
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
                message("QUERY with an empty table",
                        "{'isDdl':true,'type':'QUERY','database':'d','table':'','sql':'CREATE DATABASE `d`'," + COMMIT + "}",
                        "{'operation':'DDL','ddlType':'QUERY','database':'d','statement':'CREATE DATABASE `d`'," + COMMITTED + "}"),
                message("DDL with a type only",
                        "{'isDdl':true,'type':'QUERY'," + COMMIT + "}",
                        "{'operation':'DDL','ddlType':'QUERY'," + COMMITTED + "}"),
                message("DDL without es and commitTs",
                        "{'isDdl':true,'type':'QUERY'}",
                        error("field `es` is missing")),
                message("unknown type",
                        row("FOO", "'isDdl':false,'data':[{'id':'1'}]"),
                        error("unknown type `FOO`")),
                message("unknown type with control characters",
                        row("FOO\\n{}\\u2028\\u001b[31m`" + "x".repeat(80), "'data':[{'id':'1'}]"),
                        error("unknown type `FOO?{}??[31m?" + "x".repeat(51) + "...`")),
                message("type missing",
                        "{'database':'d','table':'t','isDdl':false,'data':[{'id':'1'}]," + COMMIT + "}",
                        error("field `type` is missing")),
                message("type not a string",
                        "{'database':'d','table':'t','isDdl':false,'type':1,'data':[{'id':'1'}]," + COMMIT + "}",
                        error("field `type` is not a string")),
                message("isDdl contradicts the type",
                        row("INSERT", "'isDdl':true,'data':[{'id':'1'}]"),
                        error("field `isDdl` is true but the type is INSERT")),
                message("isDdl not a boolean",
                        row("INSERT", "'isDdl':'false','data':[{'id':'1'}]"),
                        error("field `isDdl` is not true or false")),
                message("database missing",
                        "{'type':'INSERT','table':'t','data':[{'id':'1'}]," + COMMIT + "}",
                        error("field `database` of the INSERT is missing")),
                message("table empty",
                        "{'type':'DELETE','database':'d','table':'','data':[{'id':'1'}]," + COMMIT + "}",
                        error("field `table` of the DELETE is missing")),
                message("several rows in data",
                        row("INSERT", "'data':[{'id':'1'},{'id':'2'}]"),
                        error("field `data` holds 2 rows: TiCDC sends one per message, Alibaba canal several")),
                message("several rows in old",
                        row("UPDATE", "'old':[{'a':'1'},{'a':'2'}],'data':[{'id':'1'}]"),
                        error("field `old` holds 2 rows: TiCDC sends one per message, Alibaba canal several")),
                message("DDL of Alibaba canal",
                        "{'data':null,'database':'d','es':1639633141221,'id':3,'isDdl':true,'mysqlType':null,'old':null,"
                                + "'pkNames':null,'sql':'ALTER TABLE t ADD c INT','sqlType':null,'table':'t','ts':1,'type':'ALTER'}",
                        "{'operation':'DDL','ddlType':'ALTER','database':'d','table':'t','statement':'ALTER TABLE t ADD c INT',"
                                + "'commitTime':'2021-12-16T05:39:01.221Z'}"),
                message("empty value", "",
                        error("empty value: TiCDC open protocol sends it, canal-json never does; set protocol=canal-json in the sink URI")),
                message("white space", " \r\n\t",
                        error("empty value: TiCDC open protocol sends it, canal-json never does; set protocol=canal-json in the sink URI")),
                message("truncated", "{'type':'INSERT','data':[{'password':'hunter2",
                        error("not JSON: unexpected end at line 1 column 46")),
                message("text", "hunter2", error("not JSON at line 1 column 1")),
                message("array", "[{'type':'INSERT'}]", error("JSON, but not an object")),
                message("empty object", "{}", error("field `type` is missing")),
                message("invalid value", "{'type':hunter2}", error("not JSON at line 1 column 9")),
                message("duplicate field", "{'type':'INSERT','type':'DELETE'}",
                        error("duplicate field at line 1 column 24")),
                message("duplicate column", row("INSERT", "'data':[{'a':'1','a':'2'}]"),
                        error("duplicate field at line 1 column 65")),
                message("two messages", "{'type':'INSERT'}\n{'type':'DELETE'}",
                        error("more than one JSON value: the second begins at line 2 column 1")),
                message("trailing line break", row("INSERT", "'data':[{'id':'1'}]") + "\r\n",
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                message("byte order mark", "\ufeff" + row("INSERT", "'data':[{'id':'1'}]"),
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                message("nested too deeply", row("INSERT", "'data':[{'a':" + "[".repeat(200) + "]".repeat(200) + "}]"),
                        error("nested deeper than 128 levels")),
                message("number too long", row("INSERT", "'data':[{'a':1" + "0".repeat(2000) + "}]"),
                        error("a number or a name is too long")),
                message("_tidb not an object",
                        "{'type':'INSERT','database':'d','table':'t','data':[{'id':'1'}],'es':1,'_tidb':1}",
                        error("field `_tidb` is not an object")),
                message("mysqlType not an object", row("INSERT", "'mysqlType':['int'],'data':[{'id':'1'}]"),
                        error("field `mysqlType` is not an object")),
                message("invalid types", row("INSERT", "'mysqlType':{'id':null},'sqlType':{'id':'4'},'data':[{'id':'1'}]"),
                        line("INSERT", "'key':{},'data':{'id':'1'}")),
                message("watermark",
                        "{'id':0,'database':'','table':'','pkNames':null,'isDdl':false,'type':'TIDB_WATERMARK','es':1640007049196,"
                                + "'ts':1640007050284,'sql':'','sqlType':null,'mysqlType':null,'data':null,'old':null,"
                                + "'_tidb':{'watermarkTs':429918007904436226}}",
                        "{'watermarkTs':'429918007904436226','time':'2021-12-20T13:30:49.196Z'}"),
                message("watermark without es",
                        "{'type':'TIDB_WATERMARK','_tidb':{'watermarkTs':'429918007904436226'}}",
                        "{'watermarkTs':'429918007904436226','time':'2021-12-20T13:30:49.196Z'}"),
                message("watermark without watermarkTs",
                        "{'type':'TIDB_WATERMARK','es':1640007049196,'_tidb':{'commitTs':1}}",
                        error("field `_tidb.watermarkTs` of the TIDB_WATERMARK is missing")));
    }

    private static Arguments ddl(String type, String statement) {
        return message("DDL " + type,
                "{'isDdl':true,'type':'" + type + "','database':'d','table':'t','sql':'" + statement + "','data':null," + COMMIT + "}",
                "{'operation':'DDL','ddlType':'" + type + "','database':'d','table':'t','statement':'" + statement + "',"
                        + COMMITTED + "}");
    }

    private static Arguments message(String name, String message, String expected) {
        return Arguments.of(name, message, expected);
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
