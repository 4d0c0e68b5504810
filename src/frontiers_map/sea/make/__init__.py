"""Makes what `sea` reads, from the coast: needs the extra ``[sea]``; never imported by a build."""
