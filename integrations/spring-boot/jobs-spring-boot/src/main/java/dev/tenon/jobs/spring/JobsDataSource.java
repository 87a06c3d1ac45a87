package dev.tenon.jobs.spring;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * The data source in whose database the jobs are, with what may be wrapped around the pool.
 *
 * @param bean the application's bean
 */
record JobsDataSource(DataSource bean) {

  /**
   * The one that is marked, or else the only or primary one.
   *
   * @throws IllegalStateException if it is not clear which one, or there is none
   */
  static JobsDataSource choose(
      ObjectProvider<DataSource> marked, ObjectProvider<DataSource> dataSources) {
    DataSource chosen = marked.getIfAvailable(dataSources::getIfUnique);
    if (chosen == null) {
      long count = dataSources.stream().count();
      throw new MissingBeanException(
          count == 0
              ? "Tenon keeps its jobs in PostgreSQL, and the application has no DataSource."
              : "The application has %d DataSource beans, and none is primary, so it is not clear which database Tenon's jobs are in."
                  .formatted(count),
          count == 0
              ? "Set spring.datasource.url, spring.datasource.username and spring.datasource.password, or switch Tenon off with tenon.enabled=false."
              : "Mark one of them with @TenonDataSource or @Primary.");
    }
    return new JobsDataSource(chosen);
  }

  /**
   * The source of the runtime's connections: the pool itself, so that none of them joins a
   * transaction of the thread.
   */
  DataSource pool() {
    HikariDataSource hikari =
        DataSourceUnwrapper.unwrap(bean, HikariConfigMXBean.class, HikariDataSource.class);
    if (hikari != null) {
      return hikari;
    }
    DataSource pool = bean;
    while (pool instanceof TransactionAwareDataSourceProxy proxy
        && proxy.getTargetDataSource() != null) {
      pool = proxy.getTargetDataSource();
    }
    return pool;
  }

  /** The data sources that a transaction manager may use for its connection, the bean first. */
  List<DataSource> layers() {
    List<DataSource> layers = new ArrayList<>();
    @Nullable DataSource layer = bean;
    while (layer != null) {
      layers.add(layer);
      layer = layer instanceof DelegatingDataSource proxy ? proxy.getTargetDataSource() : null;
    }
    return List.copyOf(layers);
  }
}
