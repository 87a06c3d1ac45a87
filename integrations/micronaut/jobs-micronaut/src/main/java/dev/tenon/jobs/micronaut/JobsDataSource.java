package dev.tenon.jobs.micronaut;

import io.micronaut.context.BeanContext;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.Qualifier;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.context.exceptions.NonUniqueBeanException;
import io.micronaut.inject.qualifiers.Qualifiers;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The data source in whose database the jobs are: the one that {@code tenon.data-source} names, or
 * else the only or primary one. Thread-safe.
 */
@Singleton
final class JobsDataSource {

  private final Optional<String> name;
  private final BeanContext context;
  private final BeanProvider<DataSource> dataSources;
  private final List<DataSourceLayer> layers;

  /**
   * Creates it; nothing is looked up yet.
   *
   * @param dataSources also says that the pools are closed after the beans that use this one
   */
  JobsDataSource(
      TenonProperties properties,
      BeanContext context,
      BeanProvider<DataSource> dataSources,
      List<DataSourceLayer> layers) {
    this.name = properties.dataSource();
    this.context = context;
    this.dataSources = dataSources;
    this.layers = layers;
  }

  /**
   * The pool itself, so that no connection of the runtime joins a transaction of the thread.
   *
   * @throws ConfigurationException if there is no data source, or it is not clear which one
   */
  DataSource pool() {
    DataSource pool = bean();
    for (DataSourceLayer layer : layers) {
      pool = layer.remove(pool);
    }
    return pool;
  }

  /** The qualifier of the data source and of what Micronaut makes for it; null for the default. */
  <T> @Nullable Qualifier<T> qualifier() {
    return name.map(Qualifiers::<T>byName).orElse(null);
  }

  private DataSource bean() {
    if (name.isPresent()) {
      return context
          .findBean(DataSource.class, Qualifiers.byName(name.get()))
          .orElseThrow(
              () ->
                  new ConfigurationException(
                      "The property tenon.data-source is \"%s\", but there is no DataSource of that name. Configure it with datasources.%s.url, or correct tenon.data-source."
                          .formatted(name.get(), name.get())));
    }
    if (!context.containsBean(DataSource.class)) {
      throw new ConfigurationException(
          "Tenon keeps its jobs in PostgreSQL, and the application has no DataSource. Add micronaut-jdbc-hikari and set datasources.default.url, datasources.default.username and datasources.default.password, or switch Tenon off with tenon.enabled=false.");
    }
    try {
      return dataSources.get();
    } catch (NonUniqueBeanException e) {
      throw new ConfigurationException(
          "The application has several DataSource beans, and none is primary, so it is not clear which database Tenon's jobs are in. Set tenon.data-source to the name of one of them.",
          e);
    }
  }
}
