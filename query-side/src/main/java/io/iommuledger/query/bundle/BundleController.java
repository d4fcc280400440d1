package io.iommuledger.query.bundle;

import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.replay.Folded;
import io.iommuledger.query.replay.Places;
import io.iommuledger.query.replay.Replays;
import io.iommuledger.query.replay.Requests;
import io.iommuledger.web.AtOnce;
import io.iommuledger.web.Body;
import io.iommuledger.web.TaintAdvice;
import io.iommuledger.web.TaintHeaders;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST bundles}: a part of the log as one file. */
@RestController
class BundleController {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Bundles bundles;
    private final BundleProofs proofs;
    private final Places places;
    private final Replays replays;
    private final AtOnce atOnce = new AtOnce(2, "bundles are being written");

    BundleController(Bundles bundles, BundleProofs proofs, Places places, Replays replays) {
        this.bundles = bundles;
        this.proofs = proofs;
        this.places = places;
        this.replays = replays;
    }

    @PostMapping("/api/v1/bundles")
    void bundle(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Body body = Body.read(request, "from", "to", "known", "scope", "checkpoint");
        Scope scope = Requests.scope(body);
        TaintAdvice.about(request, () -> places.taintedHosts(scope));
        Places.Part part =
                places.part(body.optionalWord("from"), body.optionalWord("to"), body.optionalWord("known"), scope);
        Basis basis = places.basisOfLog(part, scope);
        Optional<SignedCheckpoint> checkpoint = proofs.checkpoint(body.optionalWord("checkpoint"), part.to());
        try (AtOnce.Permit _ = atOnce.permit();
                Folded folded = replays.fold(scope, part.from())) {
            response.setContentType("application/vnd.iommu-ledger.bundle");
            response.setHeader("Cache-Control", "no-store");
            TaintHeaders.ofHosts(part.taintedHosts(), response::setHeader);
            response.setHeader(
                    "Content-Disposition",
                    "attachment; filename=\"iommu-ledger-" + part.from() + "-" + part.to() + ".bundle\"");
            OutputStream out = new BufferedOutputStream(response.getOutputStream(), BUFFER_BYTES);
            // One that breaks off has no end, by which whoever reads it sees that it is not whole.
            bundles.write(part, scope, folded.world(), basis, checkpoint, out);
        }
    }
}
