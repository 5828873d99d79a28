/**
 * Services by number: EF.SST (TS 51.011 §10.3.7), EF.UST (TS 31.102 §4.2.8), EF.EST (§4.2.47). The place in the list
 * is the number less one. Numbers that are reserved or newer than the list are called `service-<number>`.
 */

const list = (text: string): readonly string[] =>
  text
    .trim()
    .split(/\s*\n\s*/)
    .flatMap((line) => line.split(/ *, */).filter((name) => name !== ''));

export const SST_SERVICES = list(`
  CHV1 disable, ADN, FDN, SMS, AoC, CCP, PLMN selector, service-8, MSISDN, Ext1,
  Ext2, SMSP, LND, CBMI, GID1, GID2, SPN, SDN, Ext3, service-20,
  VGCS, VBS, eMLPP, Automatic answer for eMLPP, SMS-CB download, SMS-PP download, Menu selection, Call control, Proactive SIM, CBMIR,
  BDN, Ext4, De-personalisation keys, Co-operative networks, SMS status reports, Alerting indication, MO SMS control, GPRS, Image, SoLSA,
  USSD in call control, RUN AT COMMAND, PLMNwAcT, OPLMNwAcT, HPLMNwAcT, CPBCCH, Investigation scan, ECCP, MExE, service-50,
  PNN, OPL, Mailbox numbers, Message waiting, Call forwarding, SPDI, MMS, Ext8, MMS user parameters
`);

export const UST_SERVICES = list(`
  Local phone book, FDN, Ext2, SDN, Ext3, BDN, Ext4, OCI and OCT, ICI and ICT, SMS,
  SMSR, SMSP, AoC, CCP2, CBMI, CBMIR, GID1, GID2, SPN, PLMNwAcT,
  MSISDN, Image, SoLSA, eMLPP, Automatic answer for eMLPP, service-26, GSM access, SMS-PP download, SMS-CB download, Call control,
  MO SMS control, RUN AT COMMAND, Set to 1, EST, ACL, De-personalisation keys, Co-operative networks, GSM security context, CPBCCH, Investigation scan,
  MExE, OPLMNwAcT, HPLMNwAcT, Ext5, PNN, OPL, Mailbox numbers, Message waiting, Call forwarding, service-50,
  SPDI, MMS, Ext8, GPRS call control, MMS user parameters, Alerting indication, VGCS, VBS, Pseudonym, User I-WLAN PLMN,
  Operator I-WLAN PLMN, User WSID list, Operator WSID list, VGCS security, VBS security, WLAN re-authentication, MMS storage, GBA, MBMS security, USSD download,
  EHPLMN, Additional terminal profile, EHPLMN presentation, Last RPLMN, OMA BCAST, GBA local keys, Terminal applications, SPN icon, PNN icon, USIM IP connections,
  Home I-WLAN list, I-WLAN EHPLMN presentation, I-WLAN HPLMN priority, I-WLAN last PLMN, EPS mobility, Allowed CSG, EPS PDN call control, HPLMN direct access, eCall, Operator CSG,
  SM over IP, CSG display control, IMS communication control, Extended terminal applications, UICC access to IMS, NAS configuration, PWS configuration, service-98, URI by UICC, Extended EARFCN,
  ProSe, USAT pairing, Media type, IMS disconnection cause, URI in MO SMS control, ePDG support, ePDG configured, ACDC, MCPTT, Emergency ePDG support,
  Emergency ePDG configured, eCall over IMS, URI in SMS-PP, From preferred, IMS configuration, TV configuration, PS data off, PS data off list, V2X, XCAP configuration,
  EARFCN list, 5GS mobility, 5G security parameters, Identifier privacy, SUCI by USIM, UAC identities, SoR at registration, PDU session call control, 5GS OPL, SUPI as NAI,
  PS data off home and roaming, URSP, 5G security extended, MuD and MiD, Trusted non-3GPP, Several NAS contexts, CAG list, SOR-CMCI, 5G ProSe, Disaster roaming,
  eDRX parameters, 5G NSWO, PWS for SNPN, Satellite search multiplier, K_AUSF derivation, NID for SNPN
`);

export const EST_SERVICES = list('FDN, BDN, ACL');

export const serviceName = (names: readonly string[], number: number): string =>
  names[number - 1] ?? `service-${number}`;

/** Undefined when there is no such service. */
export const serviceNumber = (names: readonly string[], name: string): number | undefined => {
  const at = names.indexOf(name);
  if (at >= 0) return at + 1;
  const [, digits] = /^service-([1-9][0-9]{0,2})$/.exec(name) ?? [];
  const number = Number(digits);
  return digits !== undefined && number > names.length ? number : undefined;
};

/** Of the lists of networks (TS 31.102 §4.2.5). */
export const ACCESS_TECHNOLOGIES = [
  'UTRAN',
  'E-UTRAN WB-S1',
  'E-UTRAN NB-S1',
  'NG-RAN',
  'GSM',
  'GSM COMPACT',
  'EC-GSM-IoT',
  'cdma2000 HRPD',
  'cdma2000 1xRTT',
] as const;
