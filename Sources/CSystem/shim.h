// What Glibc's Swift module leaves out.
#include <errno.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <fcntl.h>
#include <dirent.h>
#include <sys/ioctl.h>
#include <pthread.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <pwd.h>
#include <grp.h>

// `epoll_event` is a union of pointer and number, which Swift takes for unsafe; these keep to the number.
static inline int epoll_set(int poller, int operation, int descriptor, unsigned events) {
  struct epoll_event event = {.events = events, .data = {.fd = descriptor}};
  return epoll_ctl(poller, operation, descriptor, &event);
}

// Waits and gives each event's descriptor and bits; as many as epoll_wait says, at most 256.
static inline int epoll_take(int poller, int *descriptors, unsigned *bits, int milliseconds) {
  struct epoll_event events[256];
  int count = epoll_wait(poller, events, 256, milliseconds);
  for (int index = 0; index < count; index++) {
    descriptors[index] = events[index].data.fd;
    bits[index] = events[index].events;
  }
  return count;
}

// The kernel's credentials of the process at the other end of a socket (SO_PEERCRED); −1 with errno where it has none.
static inline int socket_peer(int descriptor, int *process, unsigned *user, unsigned *group) {
  struct { int process; unsigned user, group; } peer;
  socklen_t length = sizeof peer;
  int result = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length);
  if (result == 0) {
    *process = peer.process;
    *user = peer.user;
    *group = peer.group;
  }
  return result;
}

// All groups of the process at the other end of a socket (SO_PEERGROUPS); how many there are, at most `room` of them
// written; −1 with errno where the kernel does not say.
static inline int socket_peer_groups(int descriptor, unsigned *groups, int room) {
#ifdef SO_PEERGROUPS
  socklen_t length = (socklen_t)(room * sizeof *groups);
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &length) != 0) return -1;
  return (int)(length / sizeof *groups);
#else
  errno = ENOPROTOOPT;
  return -1;
#endif
}
