package shop;

import dev.tenon.jobs.annotation.CheckedBy;
import java.lang.annotation.ElementType;
import java.lang.annotation.Target;

@Target(ElementType.RECORD_COMPONENT)
@CheckedBy(Check.class)
@interface OnComponent {}
