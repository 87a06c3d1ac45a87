package dev.tenon.jobs.spring.test;

import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.intercept.JobInterceptor;
import dev.tenon.jobs.spring.JobsRuntimeBuilderCustomizer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.core.type.filter.TypeFilter;

/** Excludes every scanned class except handlers, interceptors and what sets the runtime up. */
final class HandlerFilter extends TypeExcludeFilter {

  private static final List<TypeFilter> KEPT =
      List.of(
          new AssignableTypeFilter(JobHandler.class),
          new AssignableTypeFilter(BatchJobHandler.class),
          new AssignableTypeFilter(JobInterceptor.class),
          new AssignableTypeFilter(JobsRuntimeBuilderCustomizer.class));

  HandlerFilter() {}

  @Override
  public boolean match(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
    for (TypeFilter kept : KEPT) {
      if (kept.match(reader, factory)) {
        return false;
      }
    }
    return true;
  }

  /** All of them are alike, so that tests share a context. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HandlerFilter;
  }

  @Override
  public int hashCode() {
    return HandlerFilter.class.hashCode();
  }
}
