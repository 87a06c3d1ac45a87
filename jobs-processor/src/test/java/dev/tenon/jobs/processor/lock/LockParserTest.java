package dev.tenon.jobs.processor.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockParserTest {

  private static final String FILE =
      """
      {
        "format": 1,
        "types": {
          "a.b": {
            "module": "shop.ShopJobsModule",
            "version": 2,
            "routingKey": "jobs.a.b",
            "aliases": ["a.a"],
            "inputs": {
              "ofPayment": "(draft, result) -> payload",
              "ofPayments": "(results) -> payloads"
            },
            "payload": {"shape": "shop.P", "valid": true},
            "result": {"shape": "shop.Way"},
            "shapes": {
              "shop.Color": {
                "enum": [
                  "GREEN",
                  "RED"
                ]
              },
              "shop.P": {
                "record": {
                  "color": {"shape": "shop.Color", "optional": true},
                  "names": {"type": "Map", "keys": {"type": "String"}, "entries": {"type": "String", "notBlank": true, "minSize": 1, "patterns": ["\\"a\\"", "b\\\\d"]}},
                  "price": {"type": "BigDecimal", "min": "> 0", "max": 99.5, "integerDigits": 2, "fractionDigits": 1},
                  "when": {"type": "Instant", "time": "pastOrPresent"},
                  "yes": {"type": "boolean", "always": true}
                }
              },
              "shop.Post": {
                "record": {}
              },
              "shop.Way": {
                "union": {
                  "Post": "shop.Post"
                }
              }
            }
          },
          "c.d": {
            "module": "shop.ShopJobsModule",
            "version": 1,
            "routingKey": "jobs.c.d",
            "payload": {"shape": "shop.Q", "valid": true},
            "result": {"type": "Void"},
            "shapes": {
              "shop.Q": {
                "record": {}
              }
            }
          }
        },
        "handlers": {
          "a.b": {
            "module": "shop.ShopJobsModule",
            "version": 2,
            "steps": {
              "charge": {"aliases": ["bill"], "repeatable": false, "result": {"shape": "shop.R"}},
              "pack": {"key": {"type": "number"}}
            },
            "waits": {
              "paid": {"aliases": ["payment"], "signals": ["order.given-up", "order.paid"]}
            },
            "sleeps": {
              "late": {},
              "later": {"aliases": ["after"]}
            },
            "cursor": {"shape": "shop.R"},
            "removed": ["ship"],
            "shapes": {
              "shop.R": {
                "record": {}
              }
            }
          }
        },
        "signals": {
          "order.paid": {
            "module": "shop.ShopJobsModule",
            "version": 3,
            "payload": {"shape": "shop.Paid", "valid": true},
            "shapes": {
              "shop.Paid": {
                "record": {
                  "by": {"type": "String"}
                }
              }
            }
          }
        }
      }
      """;

  @Test
  void whatIsReadIsWrittenAsItWas() throws Exception {
    assertThat(LockFormat.write(LockParser.parse(FILE))).isEqualTo(FILE);
    assertThat(LockFormat.write(LockParser.parse(FILE.replace("\n", "\r\n")))).isEqualTo(FILE);
  }

  @Test
  void aFileWithoutTypesIsRead() throws Exception {
    String empty = "{\n  \"format\": 1,\n  \"types\": {}\n}\n";

    assertThat(LockFormat.write(LockParser.parse(empty))).isEqualTo(empty);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\": 1,      | \"format\": 7,            | line 2: its format is 7",
        "\"format\": 1,      | \"format\": \"1\",        | line 2: 'format' does not belong here",
        "\"format\": 1,      | \"made\": 1,              | line 2: 'made' does not belong here",
        "\"version\": 2,     | \"version\": true,        | line 6: 'version' does not belong here",
        "\"version\": 2,     | \"version\": 2, \"x\": 1, | line 6: 'x' does not belong here",
        "\"version\": 2,     | \"module\": \"twice\",    | line 6: Duplicate",
        "\"optional\": true  | \"optional\": 1           | line 24: 'optional' does not belong",
        "\"min\": \"> 0\"    | \"min\": \"small\"        | line 26: 'min' does not belong here",
        "\"max\": 99.5       | \"max\": []               | line 26: 'max' does not belong here",
        "\"always\": true    | \"always\": null          | line 28: 'always' does not belong here",
        "\"ofPayment\": \"(d | \"ofPayment\": 1, \"x\": \"(d | line 10: 'ofPayment' does not belong"
            + " here",
        "\"enum\": [         | \"enums\": [              | line 17: 'enums' does not belong here",
        "\"Post\": \"shop.P  | \"Post\": \"shop.X        | names the shape shop.Xost",
        "\"repeatable\": false | \"repeatable\": 0        | repeatable' does not belong here",
        "\"late\": {}        | \"late\": {\"x\": 1}      | x' does not belong here",
        "\"version\": 3,     | \"aliases\": [],         | aliases' does not belong here",
        "\"version\": 3,     | \"version\": \"3\",      | version' does not belong here",
        "\"shape\": \"shop.Paid | \"shape\": \"shop.X | the signal that ends here names the shape",
        "\"sleeps\": {       | \"naps\": {               | naps' does not belong here",
        "\"cursor\": {\"shape\": \"shop.R | \"cursor\": {\"shape\": \"shop.X | the handler that ends here names",
        "{\"type\": \"Void\"} | {\"optional\": true}     | line 46: the value has neither type",
      })
  void whatDoesNotBelongHereIsNamedWithItsLine(String good, String bad, String message) {
    assertThat(FILE).contains(good);
    assertThatThrownBy(() -> LockParser.parse(FILE.replace(good, bad)))
        .isInstanceOf(LockFileException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"module", "version", "routingKey", "payload", "result"})
  void whatIsMissingIsReported(String member) {
    String without = FILE.replaceFirst("(?m)^ +\"" + member + "\": .*\\R", "");

    assertThatThrownBy(() -> LockParser.parse(without))
        .isInstanceOf(LockFileException.class)
        .hasMessageContaining("the type that ends here lacks");
  }

  @ParameterizedTest
  @CsvSource({"module", "version", "payload"})
  void whatASignalLacksIsReported(String member) {
    int start = FILE.indexOf("\"signals\": {\n    \"order.paid\"");
    String signals = FILE.substring(start).replaceFirst("(?m)^ +\"" + member + "\": .*\\R", "");

    assertThatThrownBy(() -> LockParser.parse(FILE.substring(0, start) + signals))
        .isInstanceOf(LockFileException.class)
        .hasMessageContaining("the signal that ends here lacks");
  }

  @Test
  void whatIsNoFileOfThatKindIsReported() {
    for (String text : new String[] {"", "[]", "{}", "{\"types\": {}}", FILE + "x", "\u0000"}) {
      assertThatThrownBy(() -> LockParser.parse(text))
          .isInstanceOf(LockFileException.class)
          .hasMessageStartingWith("line ");
    }
  }

  @Test
  void bothSidesOfAMergeAreReported() {
    assertThatThrownBy(() -> LockParser.parse(FILE.replace("  \"types\"", "=======\n  \"types\"")))
        .isInstanceOf(LockFileException.class)
        .hasMessageStartingWith("line 3: it contains both sides of a merge.");
  }
}
