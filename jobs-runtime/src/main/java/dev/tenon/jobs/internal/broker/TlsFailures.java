package dev.tenon.jobs.internal.broker;

import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.broker.ConnectionFactories.Node;
import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Explains failures of TLS with RabbitMQ, and how to fix them. */
final class TlsFailures {

  private TlsFailures() {}

  /** Returns the explanation, without a full stop; null if TLS is not the cause. */
  static @Nullable String explain(Node node, Throwable failure) {
    String address = node.address();
    boolean isTls = false;
    String last = null;
    boolean isUntrusted = false;
    boolean isOtherHost = false;
    boolean isReset = false;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      isTls |= each instanceof SSLException;
      isReset |= each instanceof SocketException && !(each instanceof java.net.ConnectException);
      isUntrusted |=
          each instanceof CertPathBuilderException || each instanceof CertPathValidatorException;
      isOtherHost |= each instanceof CertificateException && isAboutNames(each.getMessage());
      last = each.getMessage() == null ? last : each.getMessage();
    }
    if (isUntrusted) {
      return "the certificate of RabbitMQ at %s is not trusted; give RabbitMqOptions.withSslContext(…) a context whose trust store has it or its issuer"
          .formatted(address);
    }
    if (isOtherHost) {
      return "the certificate of RabbitMQ at %s does not belong to host '%s'; use a host name that is in the certificate"
          .formatted(address, node.host());
    }
    if (isTls && last != null && last.startsWith("Unsupported or unrecognized SSL message")) {
      return ("the server at %s does not speak TLS; use the TLS port of RabbitMQ, usually 5671, or "
              + "amqp: instead of amqps:")
          .formatted(address);
    }
    if (isTls || isReset) {
      return "RabbitMQ at %s broke off TLS (\"%s\"); if it asks for a client certificate, RabbitMqOptions.withSslContext(…) must show one that it trusts"
          .formatted(address, LogText.escape(String.valueOf(last)));
    }
    return null;
  }

  private static boolean isAboutNames(@Nullable String message) {
    return message != null
        && (message.startsWith("No subject alternative") || message.startsWith("No name matching"));
  }
}
