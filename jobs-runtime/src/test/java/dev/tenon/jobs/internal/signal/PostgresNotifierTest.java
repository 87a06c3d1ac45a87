package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.internal.background.BackgroundLoop;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.NotifyStore;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class PostgresNotifierTest {

  @Test
  void aCloseWithoutTheDatabaseDoesNotFail() {
    DataSource gone =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  throw new SQLException("as if there were no server", "08001");
                });
    try (CapturedLog log = CapturedLog.of(BackgroundLoop.class)) {
      PostgresNotifier notifier =
          new PostgresNotifier(new NotifyStore(new Database(gone, gone, gone, "tenon")), "tenon");
      notifier.start();
      notifier.tell(new WorkerNotice.Cancelled(UUID.randomUUID()));
      notifier.tell(new WorkerNotice.Claimable());
      await().until(() -> !log.warnings().isEmpty());
      notifier.close();
      assertThat(log.warnings()).hasSize(1);
    }
  }
}
