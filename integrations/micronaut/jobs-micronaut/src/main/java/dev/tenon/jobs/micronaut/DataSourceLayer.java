package dev.tenon.jobs.micronaut;

import javax.sql.DataSource;

/** A kind of data source that Micronaut puts around a pool. */
interface DataSourceLayer {

  /** The data source below; the same one if this is not around it. */
  DataSource remove(DataSource dataSource);
}
