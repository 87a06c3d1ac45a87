package dev.tenon.jobs.micronaut;

import io.micronaut.context.annotation.Requires;
import io.micronaut.jdbc.DataSourceResolver;
import jakarta.inject.Singleton;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The proxy of Micronaut Data, whose connections are those of the transaction of the thread, and
 * which has none outside of transactions. Micronaut's own resolver knows what is below it.
 */
@Singleton
@Requires(classes = DataSourceResolver.class)
final class ContextualDataSourceLayer implements DataSourceLayer {

  private final DataSourceResolver resolver;

  ContextualDataSourceLayer(Optional<DataSourceResolver> resolver) {
    this.resolver = resolver.orElse(DataSourceResolver.DEFAULT);
  }

  @Override
  public DataSource remove(DataSource dataSource) {
    return resolver.resolve(dataSource);
  }
}
