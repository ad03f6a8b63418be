"""The lab's DNS: a small server, authoritative for names that the tests make up."""

import selectors
import socket
import struct
import threading
from collections import defaultdict

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.reversename
import dns.rrset

ADDRESS = "127.0.53.1"
# Short, so that a test that moves a name sees the new place at once.
TTL_SECONDS = 1


class LabDNS:
    """Answers over UDP and TCP on port 53; a name that nobody added does not exist.

    With `validating` set every answer carries the AD flag (RFC 4035, section 3.2.3), as from a resolver that
    has checked the signatures: what DANE needs from its resolver.
    """

    def __init__(self, address: str = ADDRESS, *, validating: bool = False) -> None:
        self.address = address
        self.validating = validating
        self._records: dict[tuple[dns.name.Name, dns.rdatatype.RdataType], list[str]] = defaultdict(list)
        self._lock = threading.Lock()
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._wake, self._waker = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="lab-dns", daemon=True)

    def start(self) -> None:
        """Bind both sockets and answer from a thread of its own."""
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._udp.bind((self.address, 53))
        self._tcp.bind((self.address, 53))
        self._tcp.listen(50)
        self._thread.start()

    def stop(self) -> None:
        """Close the sockets; returns when the thread has ended."""
        self._waker.send(b"x")
        self._thread.join(10)
        for each in (self._udp, self._tcp, self._wake, self._waker):
            each.close()

    def add(self, name: str, kind: str, *values: str) -> None:
        """Add records in the form of a zone file: add("a.test", "MX", "10 mx.a.test.")."""
        with self._lock:
            self._records[self._key(name, kind)].extend(values)

    def remove(self, name: str, kind: str) -> None:
        """Forget all records of this name and kind."""
        with self._lock:
            self._records.pop(self._key(name, kind), None)

    def add_host(self, name: str, address: str) -> None:
        """Give a host its A and its PTR record."""
        self.add(name, "A", address)
        self.add(str(dns.reversename.from_address(address)), "PTR", f"{name}.")

    def add_mail_domain(self, domain: str, *hosts: str) -> None:
        """Send a domain's mail to these hosts, the first one preferred."""
        self.add(domain, "MX", *(f"{10 * (place + 1)} {host}." for place, host in enumerate(hosts)))

    @staticmethod
    def _key(name: str, kind: str) -> tuple[dns.name.Name, dns.rdatatype.RdataType]:
        ascii_name = name.encode("idna").decode() if not name.isascii() else name
        return dns.name.from_text(ascii_name.lower()), dns.rdatatype.from_text(kind)

    def _serve(self) -> None:
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._udp, selectors.EVENT_READ, self._answer_datagram)
            waiting.register(self._tcp, selectors.EVENT_READ, self._accept)
            waiting.register(self._wake, selectors.EVENT_READ, None)
            while True:
                for key, _ in waiting.select():
                    if key.data is None:
                        return
                    key.data()

    def _answer_datagram(self) -> None:
        wire, client = self._udp.recvfrom(4096)
        answer = self._answer(wire, most=4096)
        if answer:
            self._udp.sendto(answer, client)

    def _accept(self) -> None:
        connection, _ = self._tcp.accept()
        threading.Thread(target=self._answer_stream, args=(connection,), daemon=True).start()

    def _answer_stream(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            connection.settimeout(5)
            while len(length := stream.read(2)) == 2:
                answer = self._answer(stream.read(struct.unpack("!H", length)[0]), most=65535)
                connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, wire: bytes, most: int) -> bytes:
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return b""
        answer = dns.message.make_response(query, recursion_available=True)
        if self.validating:
            answer.flags |= dns.flags.AD
        question = query.question[0]
        with self._lock:
            names = {name for name, _ in self._records}
            values = list(self._records.get((question.name.canonicalize(), question.rdtype), ()))
        if values:
            answer.answer.append(dns.rrset.from_text(question.name, TTL_SECONDS, "IN", question.rdtype, *values))
        elif question.name not in names and not any(name.is_subdomain(question.name) for name in names):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire(max_size=most)
