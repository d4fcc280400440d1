package io.iommuledger.query.proof;

import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Says that what is kept of the tree, or of the log below it, is not whole. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class DamageAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(DamageAdvice.class);

    @ExceptionHandler
    ProblemDetail damaged(TreeDamaged damage) {
        LOG.error("the tree over the log is damaged: {}", damage.getMessage());
        return new Problem(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "tree-damaged",
                        "The tree over the log is damaged",
                        damage.getMessage() + "; compare with a copy, see docs/proof.md")
                .toDetail();
    }
}
