package dev.tenon.jobs.internal.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Connection;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.testservers.Ports;
import dev.tenon.jobs.testservers.RabbitServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * TLS to a RabbitMQ whose certificate is for {@code localhost} and nothing else, and which asks for
 * a client certificate.
 */
class TlsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private static Path folder;

  private static RabbitServer rabbit;
  private static KeyStore keys;
  private static int port;

  @BeforeAll
  static void launch() throws Exception {
    Path store = folder.resolve("keys.p12");
    keytool(store, "ca", "-dname", "CN=ca of a test", "-ext", "bc:c");
    keytool(store, "server", "-dname", "CN=server", "-signer", "ca", "-ext", "SAN=dns:localhost");
    keytool(store, "client", "-dname", "CN=client", "-signer", "ca");
    keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    port = Ports.free();
    rabbit =
        RabbitServer.builder()
            .setting("listeners.ssl.local", "127.0.0.1:" + port)
            .setting("ssl_options.cacertfile", pem("ca.pem", "CERTIFICATE", certificate("ca")))
            .setting(
                "ssl_options.certfile", pem("server.pem", "CERTIFICATE", certificate("server")))
            .setting(
                "ssl_options.keyfile",
                pem("server.key", "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded()))
            .setting("ssl_options.verify", "verify_peer")
            .setting("ssl_options.fail_if_no_peer_cert", "true")
            .launch();
  }

  @AfterAll
  static void stop() {
    if (rabbit != null) {
      rabbit.close();
    }
  }

  private static void keytool(Path store, String alias, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "RSA",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-validity",
                "2"));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    assertThat(process.waitFor()).as(() -> String.join(" ", command)).isZero();
  }

  private static byte[] certificate(String alias) throws Exception {
    return keys.getCertificate(alias).getEncoded();
  }

  private static String pem(String file, String what, byte[] content) throws IOException {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(
                what,
                Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content),
                what);
    return Files.writeString(folder.resolve(file), text).toString();
  }

  /** A context that trusts the test's CA, and shows the certificate of an alias if there is one. */
  private static SSLContext context(@Nullable String alias) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, PASSWORD);
    trusted.setCertificateEntry("ca", keys.getCertificate("ca"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyStore shown = KeyStore.getInstance("PKCS12");
    shown.load(null, PASSWORD);
    if (alias != null) {
      shown.setKeyEntry(
          alias, keys.getKey(alias, PASSWORD), PASSWORD, keys.getCertificateChain(alias));
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(shown, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static RabbitMqOptions options(String host, int to) {
    return RabbitMqOptions.of("amqps://guest:guest@" + host + ":" + to);
  }

  private static BrokerLink link(RabbitMqOptions options) {
    return new BrokerLink(
        options,
        "tenon-test",
        new BrokerLink.Session() {
          @Override
          public void opened(Connection connection) {}

          @Override
          public Duration tend() {
            return Duration.ofMinutes(1);
          }

          @Override
          public void lost() {}
        });
  }

  private static void mustBeRefused(RabbitMqOptions options, String explanation) {
    try (CapturedLog ours = CapturedLog.of("dev.tenon.jobs");
        BrokerLink link = link(options)) {
      link.start();
      await().atMost(PATIENCE).until(() -> !ours.warnings().isEmpty());
      assertThat(link.isConnected()).isFalse();
      assertThat(ours.warnings().get(0))
          .startsWith("Connecting tenon-test to RabbitMQ failed with " + explanation);
    }
  }

  @Test
  void connectsWithTheRightTrustAndCertificate() throws Exception {
    RabbitMqOptions options = options("localhost", port).withSslContext(context("client"));
    try (CapturedLog client = CapturedLog.of("com.rabbitmq");
        BrokerLink link = link(options)) {
      link.start();
      await().atMost(PATIENCE).until(link::isConnected);
      assertThat(client.warnings()).isEmpty();
    }
  }

  @Test
  void aCertificateThatTheJvmDoesNotTrustIsRefused() {
    mustBeRefused(
        options("localhost", port),
        "the certificate of RabbitMQ at localhost:" + port + " is not trusted; give ");
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    mustBeRefused(
        options("127.0.0.1", port).withSslContext(context("client")),
        "the certificate of RabbitMQ at 127.0.0.1:"
            + port
            + " does not belong to host '127.0.0.1'; use a host name that is in the certificate");
  }

  @Test
  void aMissingClientCertificateIsNamed() throws Exception {
    mustBeRefused(
        options("localhost", port).withSslContext(context(null)),
        "RabbitMQ at localhost:" + port + " broke off TLS (");
  }

  @Test
  void aPortWithoutTlsIsNamed() throws Exception {
    mustBeRefused(
        options("localhost", rabbit.port()).withSslContext(context("client")),
        "the server at localhost:" + rabbit.port() + " does not speak TLS; use the TLS port");
  }

  @Test
  void aContextThatNothingWouldUseIsRefused() throws Exception {
    SSLContext context = context("client");
    assertThatThrownBy(
            () -> RabbitMqOptions.of("amqp://u:secret@rabbit:5672").withSslContext(context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "There is an SSL context, but the RabbitMQ URI for rabbit:5672 does not begin with"
                + " amqps:, so nothing would be encrypted. Write amqps://…, or remove the context.");
  }

  @Test
  void aClientLibraryThatCannotCheckHostNamesIsRefused() {
    assertThatThrownBy(
            () ->
                ConnectionFactories.requireHostnameVerification(
                    () -> {
                      throw new NoSuchMethodError("enableHostnameVerification");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "The library com.rabbitmq:amqp-client on the class path is version ")
        .hasMessageContaining("Tenon needs 5.4 or newer: remove what pins the old version");
  }
}
