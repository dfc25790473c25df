package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.inventory.Host;
import io.holdfast.manager.pki.IssuedCertificate;
import io.holdfast.manager.pki.LazyAuthority;
import io.javalin.http.Context;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;

/** Certificates for agents. */
public final class EnrolmentRoutes {
    private final Directory directory;
    private final LazyAuthority authority;
    private final List<String> managers;

    /** @param managers addresses with ports under which agents reach the managers */
    public EnrolmentRoutes(Directory directory, LazyAuthority authority, List<String> managers) {
        this.directory = directory;
        this.authority = authority;
        this.managers = List.copyOf(managers);
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(Route.post("/hosts/{host}/enrolment", this::enrol));
    }

    private void enrol(Context context) throws IOException, GeneralSecurityException {
        Host host = directory.host(context.pathParam("host")).thing();
        IssuedCertificate issued = authority.get().issueForHost(host.id().value());
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("hostId", host.id().value()).put("hostName", host.name());
        var list = result.putArray("managers");
        managers.forEach(list::add);
        result.put("ca", authority.pem());
        result.put("certificate", issued.certificate()).put("key", issued.key());
        result.put(
                "agentProperties",
                "host.id=" + host.id().value() + "\nmanagers=" + String.join(",", managers)
                        + "\ntls.ca=ca.pem\ntls.certificate=certificate.pem\ntls.key=key.pem\n");
        context.status(201).contentType("application/json").result(result.toString());
    }
}
