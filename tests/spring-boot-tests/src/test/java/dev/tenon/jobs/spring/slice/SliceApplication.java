package dev.tenon.jobs.spring.slice;

import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.spring.shop.OrderConfirm;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;

/** An application that scans for its handlers, among other classes. */
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan(
    basePackageClasses = {SliceApplication.class, OrderConfirm.class},
    includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = JobHandler.class),
    excludeFilters = @Filter(type = FilterType.CUSTOM, classes = TypeExcludeFilter.class))
class SliceApplication {}
