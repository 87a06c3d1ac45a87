package dev.tenon.jobs.internal.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.options.EncryptionKeys;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptionTest {

  private static final UUID JOB = UUID.fromString("0198c0de-0000-7000-8000-000000000000");
  private static final JobDefinition<Order, Order> PAY =
      pay().sensitivePayload("/secret", "/people/iban", "/keys/*").sensitiveResult("").build();
  private static final JobDefinition<Order, Order> PLAIN = pay().build();
  private static final SecretKey OLD = key(1);
  private static final SecretKey NEW = key(2);
  private static final Encryption ENCRYPTION = with(EncryptionKeys.of("old", OLD));

  private static JobDefinition.Builder<Order, Order> pay() {
    return TestCodecs.builder("order.pay", Order.class, Order.class);
  }

  private static SecretKey key(int first) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) first;
    return new SecretKeySpec(bytes, "AES");
  }

  private static Encryption with(EncryptionKeys keys) {
    return Encryption.with(keys, Set.of());
  }

  private static String read(Encryption encryption, String stored) {
    return encryption.readablePayload(PAY, JOB, stored);
  }

  /** What is stored of a payload with this secret. */
  private static String stored(String secret) {
    return ENCRYPTION.storedPayload(PAY, "{\"secret\":" + secret + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"DE02 1203\"",
        "\"\"",
        "\"ümläut, 𝒳 and \\\" \\u0000\"",
        "7",
        "-0.10",
        "1.5E+300",
        "12345678901234567890.123456789012345678901234567890",
        "true",
        "[]",
        "{}",
        "[1,null,{\"a\":[\"b\"]}]",
        "{\"a\":{\"b\":null},\"c\":\"d\"}",
        "\"tenon-encrypted:1:old:AAAA\""
      })
  void everyValueComesBackAsItWas(String value) {
    String stored = stored(value);

    assertThat(stored).matches("\\{\"secret\":\"tenon-encrypted:1:old:[A-Za-z0-9_-]+\"}");
    assertThat(read(ENCRYPTION, stored)).isEqualTo("{\"secret\":" + value + "}");
  }

  @Test
  void nullStaysNull() {
    assertThat(stored("null")).isEqualTo("{\"secret\":null}");
  }

  @Test
  void onlyWhatIsSensitiveIsEncrypted() {
    String json =
        "{\"a\":1.10,\"people\":[{\"name\":\"Ann\",\"iban\":\"DE02\"},{\"name\":\"Bob\",\"iban\":null}],"
            + "\"keys\":{\"first\":\"x\",\"second\":2},\"secret\":\"y\"}";
    String stored = ENCRYPTION.storedPayload(PAY, json);

    String encrypted = "\"tenon-encrypted:1:old:[A-Za-z0-9_-]+\"";
    assertThat(stored)
        .matches(
            "\\{\"a\":1.10,\"people\":\\[\\{\"name\":\"Ann\",\"iban\":E},\\{\"name\":\"Bob\",\"iban\":null}],\"keys\":\\{\"first\":E,\"second\":E},\"secret\":E}"
                .replace("E", encrypted));
    assertThat(read(ENCRYPTION, stored)).isEqualTo(json);
  }

  @Test
  void aWholeResultIsOneValue() {
    String stored = ENCRYPTION.storedResult(PAY, JOB, "{\"name\":\"x\",\"quantity\":1}");

    assertThat(stored).startsWith("\"tenon-encrypted:1:old:").doesNotContain("name");
    assertThat(ENCRYPTION.readableResult(PAY, JOB, stored))
        .isEqualTo("{\"name\":\"x\",\"quantity\":1}");
  }

  @Test
  void theSameValueIsNeverStoredTheSame() {
    assertThat(stored("7")).isNotEqualTo(stored("7"));
  }

  @Test
  void whatIsStoredReadablyIsStillRead() {
    assertThat(read(ENCRYPTION, "{\"secret\":\"x\"}")).isEqualTo("{\"secret\":\"x\"}");
    assertThat(read(ENCRYPTION, "no JSON tenon-encrypted:1:"))
        .isEqualTo("no JSON tenon-encrypted:1:");
  }

  @Test
  void anOldKeyStillReadsAndTheNewOneWrites() {
    Encryption rotated = with(EncryptionKeys.of("new", Map.of("old", OLD, "new", NEW)));

    assertThat(read(rotated, stored("7"))).isEqualTo("{\"secret\":7}");
    assertThat(rotated.storedPayload(PAY, "{\"secret\":7}"))
        .startsWith("{\"secret\":\"tenon-encrypted:1:new:");
  }

  @Test
  void aMissingKeyIsNamed() {
    String stored = stored("7");

    assertThatExceptionOfType(EncryptionKeyException.class)
        .isThrownBy(() -> read(with(EncryptionKeys.of("new", NEW)), stored))
        .withMessage(
            "Job type 'order.pay' needs the encryption key 'old', and this process does not have it."
                + " Add it to its EncryptionKeys; keep old keys until no stored value needs them.")
        .satisfies(e -> assertThat(e.keyName()).isEqualTo("old"))
        .satisfies(e -> assertThat(e.jobId()).contains(JOB));
    assertThatExceptionOfType(EncryptionKeyException.class)
        .isThrownBy(() -> read(Encryption.NONE, stored))
        .withMessage(
            "Job type 'order.pay' has values that are encrypted with the key 'old', and this process"
                + " has no keys. Give it the submitters' keys:"
                + " JobsRuntime.builder().encryptionKeys(…).");
  }

  @Test
  void anotherKeyOfTheSameNameDoesNotDecrypt() {
    assertThatExceptionOfType(JobsException.class)
        .isThrownBy(() -> read(with(EncryptionKeys.of("old", NEW)), stored("7")))
        .withMessage(
            "The value at /secret in the payload of job %s of type 'order.pay' cannot be "
                + "decrypted with the key 'old'. It was changed, or moved there from elsewhere, or "
                + "the name belonged to a different key.",
            JOB)
        .isNotInstanceOf(EncryptionKeyException.class);
  }

  @Test
  void whatWasChangedOrMovedIsNotDecrypted() {
    String stored = stored("\"DE02\"");
    int last = stored.length() - 4;
    String changed =
        stored.substring(0, last)
            + (stored.charAt(last) == 'A' ? 'B' : 'A')
            + stored.substring(last + 1);

    corrupt(() -> read(ENCRYPTION, changed));
    corrupt(() -> read(ENCRYPTION, stored.replace("secret", "comment")));
    corrupt(() -> ENCRYPTION.readableResult(PAY, JOB, stored));
    corrupt(
        () ->
            ENCRYPTION.readablePayload(
                TestCodecs.builder("order.show", Order.class, Order.class).build(), JOB, stored));
    for (String text : new String[] {"", "old", "old:", "old:AA", "old:$$", ":AA", "no name:AA"}) {
      corrupt(() -> read(ENCRYPTION, "{\"secret\":\"tenon-encrypted:1:" + text + "\"}"));
    }
  }

  @Test
  void aNameWithASlashIsAnotherPlaceThanTwoNames() {
    String stored = ENCRYPTION.storedPayload(PAY, "{\"keys\":{\"a/b\":7,\"a~1b\":8}}");
    assertThat(read(ENCRYPTION, stored)).isEqualTo("{\"keys\":{\"a/b\":7,\"a~1b\":8}}");

    String value = stored.substring(stored.indexOf("\"tenon"), stored.indexOf(",\"a~1b\""));
    corrupt(() -> read(ENCRYPTION, "{\"keys\":{\"a\":{\"b\":" + value + "}}}"));
    corrupt(() -> read(ENCRYPTION, "{\"keys\":{\"a~1b\":" + value + "}}"));
  }

  @Test
  void whatIsTooShortIsNotDecrypted() {
    for (int bytes = 0; bytes <= 28; bytes++) {
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[bytes]);
      corrupt(() -> read(ENCRYPTION, "{\"secret\":\"tenon-encrypted:1:old:" + text + "\"}"));
    }
  }

  /** The keys of a map that is sensitive are part of its value. */
  @Test
  void noMessageHasNamesThatAreInASensitiveValue() {
    String json = "{\"secret\":{\"DE02\":\"tenon-encrypted:1:old:AAAA\"}}";

    assertThatExceptionOfType(JobsException.class)
        .isThrownBy(() -> Encryption.NONE.storedPayload(PAY, json))
        .withMessageContaining("has a string at /secret that begins with");
    assertThatExceptionOfType(JobsException.class)
        .isThrownBy(() -> read(ENCRYPTION, json))
        .withMessageStartingWith("The value at /secret in the payload");
  }

  @Test
  void aMessageDoesNotRepeatALongName() {
    String json = "{\"%s\":\"tenon-encrypted:1:x\"}".formatted("n".repeat(10_000));

    assertThatExceptionOfType(JobsException.class)
        .isThrownBy(() -> ENCRYPTION.storedPayload(PAY, json))
        .withMessageContaining("/" + "n".repeat(100) + "… that begins with")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
  }

  /** A worker of the version before the rename, which may get such a job, has no other name. */
  @Test
  void whatIsStoredUnderAnEarlierNameIsReadByThoseWhoKnowNoOther() {
    JobDefinition<Order, Order> renamed =
        TestCodecs.builder("order.settle", Order.class, Order.class)
            .aliases("order.pay")
            .sensitivePayload("/secret")
            .build();
    String stored = ENCRYPTION.storedPayload(renamed, "{\"secret\":7}");
    corrupt(() -> read(ENCRYPTION, stored));

    String under = ENCRYPTION.payloadUnder("order.pay", renamed, JOB, stored);
    assertThat(read(ENCRYPTION, under)).isEqualTo("{\"secret\":7}");
    assertThat(ENCRYPTION.payloadUnder("order.settle", renamed, JOB, stored)).isEqualTo(stored);
  }

  @Test
  void whatIsEncryptedOnceMoreIsTheSame() {
    String stored = stored("7");
    Encryption rotated = with(EncryptionKeys.of("new", Map.of("old", OLD, "new", NEW)));

    assertThat(ENCRYPTION.isSamePayload(PAY, JOB, stored, stored("7"))).isTrue();
    assertThat(ENCRYPTION.isSamePayload(PAY, JOB, stored, stored("8"))).isFalse();
    assertThat(ENCRYPTION.isSamePayload(PAY, JOB, "{\"secret\":7}", stored)).isFalse();
    assertThat(
            rotated.isSamePayload(PAY, JOB, stored, rotated.storedPayload(PAY, "{\"secret\":7}")))
        .isFalse();
    assertThat(
            ENCRYPTION.isSamePayload(
                PAY, JOB, "{\"secret\":\"tenon-encrypted:1:gone:AAAA\"}", stored))
        .isFalse();
  }

  private static void corrupt(Runnable read) {
    assertThatExceptionOfType(JobsException.class)
        .isThrownBy(read::run)
        .withMessageContaining("cannot be decrypted");
  }

  @Test
  void aRenamedTypeReadsWhatItsOldNameStored() {
    JobDefinition<Order, Order> renamed =
        TestCodecs.builder("order.settle", Order.class, Order.class)
            .aliases("order.pay")
            .sensitivePayload("/secret")
            .build();

    assertThat(ENCRYPTION.readablePayload(renamed, JOB, stored("7"))).isEqualTo("{\"secret\":7}");
  }

  @Test
  void whatIsNoLongerSensitiveIsStillRead() {
    assertThat(ENCRYPTION.readablePayload(PLAIN, JOB, stored("7"))).isEqualTo("{\"secret\":7}");
  }

  @Test
  void noOtherTextMayLookEncrypted() {
    String json = "{\"note\":\"tenon-encrypted:1:x\"}";

    for (Encryption encryption : new Encryption[] {Encryption.NONE, ENCRYPTION}) {
      assertThatExceptionOfType(JobsException.class)
          .isThrownBy(() -> encryption.storedPayload(PAY, json))
          .withMessage(
              "The payload of job type 'order.pay' has a string at /note that begins with"
                  + " 'tenon-encrypted:1:', as only encrypted values do.");
    }
    assertThat(ENCRYPTION.storedPayload(PLAIN, "{\"note\":\"not tenon-encrypted:1:\"}"))
        .isEqualTo("{\"note\":\"not tenon-encrypted:1:\"}");
  }

  @Test
  void whatIsRunOutsideOfJavaIsLeftReadableOnRequest() {
    JobDefinition<Order, Order> external = pay().external(true).sensitivePayload("/secret").build();
    String json = "{\"secret\":7}";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ENCRYPTION.storedPayload(external, json))
        .withMessage(
            "Job type 'order.pay' has sensitive components, and is run by workers that are not Java,"
                + " which cannot decrypt them. Leave its values readable in the database:"
                + " unencryptedTypes(\"order.pay\"); or have it run by a handler in Java.");
    Encryption leaving = Encryption.with(EncryptionKeys.of("old", OLD), Set.of("order.pay"));
    assertThat(leaving.storedPayload(external, json)).isEqualTo(json);
    assertThat(Encryption.NONE.storedPayload(external, json)).isEqualTo(json);
  }

  @Test
  void keysThatCannotBeHadAreSaidToBeAway() {
    EncryptionKeys away =
        new EncryptionKeys() {
          private int asked;

          @Override
          public String current() {
            return "old";
          }

          @Override
          public Optional<SecretKey> find(String name) {
            if (asked++ > 0) {
              throw new IllegalStateException("no connection");
            }
            return Optional.of(OLD);
          }
        };
    Encryption encryption = with(away);

    assertThatExceptionOfType(EncryptionKeyException.class)
        .isThrownBy(() -> encryption.storedPayload(PAY, "{\"secret\":7}"))
        .withMessage(
            "The encryption key 'old', which job type 'order.pay' needs, cannot be used at the moment"
                + " (java.lang.IllegalStateException).");
  }

  /** As Kotlin does, which knows no checked exceptions. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void throwUndeclared(Throwable e) throws E {
    throw (E) e;
  }

  @Test
  void aCurrentKeyThatCannotBeNamedIsSaidToBeAway() {
    EncryptionKeys away =
        new EncryptionKeys() {
          private int asked;

          @Override
          public String current() {
            if (asked++ > 0) {
              EncryptionTest.<RuntimeException>throwUndeclared(new IOException("no connection"));
            }
            return "old";
          }

          @Override
          public Optional<SecretKey> find(String name) {
            return Optional.of(OLD);
          }
        };
    Encryption encryption = with(away);

    assertThatExceptionOfType(EncryptionKeyException.class)
        .isThrownBy(() -> encryption.storedPayload(PAY, "{\"secret\":7}"))
        .withMessage(
            "The current encryption key, which job type 'order.pay' needs, is not available at "
                + "the moment"
                + " (java.io.IOException).")
        .satisfies(e -> assertThat(e.keyName()).isEmpty());
  }

  @Test
  void theCurrentKeyIsTriedAtTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(keys("a b", OLD)))
        .withMessageStartingWith("The current encryption key is named 'a b'.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(keys("a", null)))
        .withMessage("The current encryption key is 'a', and there is no key of that name.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> with(keys("a", new SecretKeySpec(new byte[5], "AES"))))
        .withMessageStartingWith("The encryption key 'a' cannot encrypt with AES-GCM");
  }

  private static EncryptionKeys keys(String current, SecretKey key) {
    return new EncryptionKeys() {
      @Override
      public String current() {
        return current;
      }

      @Override
      public Optional<SecretKey> find(String name) {
        return Optional.ofNullable(key);
      }
    };
  }
}
