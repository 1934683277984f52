/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls that an analysis makes, as a filter for the kernel. Built where libseccomp is. */
#pragma once

#include "sandbox.h"

/* From now on the kernel refuses all others, as sandbox.h has it. 0, or the errno that tells why it does not. */
int gtupd_system_calls_limit(const GtupdSandboxNeeds *needs);
