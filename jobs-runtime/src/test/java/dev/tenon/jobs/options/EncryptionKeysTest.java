package dev.tenon.jobs.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Base64;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class EncryptionKeysTest {

  private static final String BASE64 = Base64.getEncoder().encodeToString(new byte[32]);

  private static SecretKey key(int bytes, String algorithm) {
    return new SecretKeySpec(new byte[bytes], algorithm);
  }

  private static void refused(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncryptionKeys.parse(text))
        .withMessage(message)
        .withNoCause();
  }

  @Test
  void theFirstKeyOfATextEncrypts() {
    EncryptionKeys keys = EncryptionKeys.parse("2026-11:" + BASE64 + ", 2026-05:" + BASE64 + "\n");

    assertThat(keys.current()).isEqualTo("2026-11");
    assertThat(keys.find("2026-11").orElseThrow().getEncoded()).hasSize(32);
    assertThat(keys.find("2026-05")).isPresent();
    assertThat(keys.find("2025-11")).isEmpty();
  }

  @Test
  void textAndMessagesHoldNoKey() {
    assertThat(EncryptionKeys.parse("b:" + BASE64 + ",a:" + BASE64))
        .hasToString("encryption keys [a, b]; 'b' encrypts");
    refused(
        BASE64,
        "Encryption key 1 of 1 has no name. Write each as NAME:BASE64, separated by commas.");
    refused(
        "a:" + BASE64 + ",",
        "Encryption key 2 of 2 has no name. Write each as NAME:BASE64, separated by commas.");
    refused(
        BASE64 + ":a",
        "Encryption key 1 of 1 has a malformed name. Write up to 64 letters, digits, dots, hyphens and underscores before the colon.");
    refused(
        "a:$$secret$$",
        "Encryption key 1 of 1 is not Base64. `openssl rand -base64 32` makes a key.");
    // A key of 24 bytes could be a name
    refused(
        "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ:2026-11",
        "Encryption key 1 of 1 is not Base64. `openssl rand -base64 32` makes a key.");
    refused(
        "a:c2VjcmV0",
        "Encryption key 1 of 1 has 6 bytes. AES takes 16, 24 or 32; `openssl rand -base64 32`"
            + " makes a key.");
    refused(
        "a:" + BASE64 + ",a:" + BASE64,
        "There are two encryption keys with the name 'a'. Give each its own name.");
  }

  @Test
  void aVariableThatIsNotSetIsNamedAsTheCause() {
    String message =
        "The string with the encryption keys is missing. Set the environment variable or the setting"
            + " that it comes from.";
    refused(System.getenv("TENON_TEST_THAT_IS_NOT_SET"), message);
    refused(" ", message);
  }

  @Test
  void keysAreForAes() {
    assertThat(EncryptionKeys.of("a", key(16, "AES")).current()).isEqualTo("a");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncryptionKeys.of("a", key(32, "HmacSHA256")))
        .withMessage("The encryption key 'a' is for HmacSHA256. Use an AES key.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncryptionKeys.of("a", key(20, "AES")))
        .withMessageStartingWith("The encryption key 'a' has 20 bytes.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncryptionKeys.of("a:b", key(32, "AES")))
        .withMessageStartingWith("An encryption key is named 'a:b'.");
  }

  @Test
  void theCurrentKeyIsOneOfThem() {
    Map<String, SecretKey> keys = Map.of("b", key(32, "AES"), "a", key(32, "AES"));

    assertThat(EncryptionKeys.of("b", keys).current()).isEqualTo("b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncryptionKeys.of("c", keys))
        .withMessage(
            "The current encryption key is 'c', but the keys are [a, b]. Name one of them, or add it.");
  }
}
