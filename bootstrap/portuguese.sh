# shellcheck shell=bash
# The texts of `say` and `die` in Brazilian Portuguese, for a terminal that speaks it.

# shellcheck disable=SC2034 # say.sh reads it
declare -A PORTUGUESE=(
  ["installing Debian packages for Python (%s); log: %s"]="instalando pacotes Debian para o Python (%s); registro: %s"
  ["installing Debian packages for tests (%s); log: %s"]="instalando pacotes Debian para os testes (%s); registro: %s"
  ["installing the Python packages of %s, once (log: %s)"]="instalando os pacotes Python de %s, uma única vez (registro: %s)"
  ["waiting for another run that prepares this checkout"]="aguardando outra execução que prepara esta cópia"
  ["this needs root; run it again as root, for instance with sudo"]="isto precisa do root; execute de novo como root, por exemplo com sudo"
  ["this is %s; Carteiro runs on Debian 12 and 13"]="este sistema é %s; o Carteiro funciona no Debian 12 e 13"
  ["%s is older than 3.11; use Debian 12 or 13"]="%s é anterior ao 3.11; use o Debian 12 ou 13"
  ["%s can't be written: is the disk full?"]="não é possível gravar em %s: o disco está cheio?"
  ["the disk is full; make room on it, then run this again (log: %s)"]="o disco está cheio; libere espaço e execute de novo (registro: %s)"
  ["the virtual environment %s can't be made: %s; see %s"]="não foi possível criar o ambiente virtual %s: %s; veja %s"
  ["the program does not compile; see %s"]="o programa não compila; veja %s"
  ["the translations do not compile; see %s"]="as traduções não compilam; veja %s"

  ["another package manager is at work (%s); wait until it has ended, then run this again (log: %s)"]="outro gerenciador de pacotes está trabalhando (%s); espere que termine e execute de novo (registro: %s)"
  ["the package mirror %s does not resolve; check the network and /etc/resolv.conf, then run this again (log: %s)"]="o nome do espelho de pacotes %s não é encontrado; verifique a rede e o /etc/resolv.conf e execute de novo (registro: %s)"
  ["the package mirror can't be reached; check the network and the proxy, then run this again (log: %s)"]="o espelho de pacotes está fora de alcance; verifique a rede e o proxy e execute de novo (registro: %s)"
  ["the package lists are signed for another time than this machine's clock tells; set the clock, then run this again (log: %s)"]="as listas de pacotes foram assinadas para outra hora que não a do relógio desta máquina; acerte o relógio e execute de novo (registro: %s)"
  ["%s; see that /etc/apt names Debian's own repository, then run this again (log: %s)"]="%s; confira se /etc/apt indica o repositório do próprio Debian e execute de novo (registro: %s)"
  ["the Debian package %s can't be set up; see %s, run 'dpkg --configure -a' when the reason is removed, then this again"]="não foi possível configurar o pacote Debian %s; veja %s, execute 'dpkg --configure -a' quando a causa estiver resolvida e depois isto de novo"
  ["Debian packages can't be installed: %s; see %s"]="não foi possível instalar os pacotes Debian: %s; veja %s"

  ["the package index's certificate is not trusted; put your own authority's certificate below /usr/local/share/ca-certificates, run update-ca-certificates and set PIP_CERT=/etc/ssl/certs/ca-certificates.crt, then run this again"]="o certificado do índice de pacotes não é confiável; ponha o certificado da sua autoridade em /usr/local/share/ca-certificates, execute update-ca-certificates, defina PIP_CERT=/etc/ssl/certs/ca-certificates.crt e execute de novo"
  ["a downloaded Python package is not the pinned one (its hash differs): see %s, and which index pip is set to ask"]="um pacote Python baixado não é o fixado (o hash difere): veja %s e qual índice o pip está configurado para consultar"
  ["the Python package index can't be reached; check the network, then run this again (log: %s)"]="o índice de pacotes Python está fora de alcance; verifique a rede e execute de novo (registro: %s)"
  ["%s: the Python package index is out of reach or does not have it; check the network, then run this again (log: %s)"]="%s: o índice de pacotes Python está fora de alcance ou não o tem; verifique a rede e execute de novo (registro: %s)"
  ["%s; see which index pip is set to ask (log: %s)"]="%s; veja qual índice o pip está configurado para consultar (registro: %s)"
  ["Python packages can't be installed: %s; see %s"]="não foi possível instalar os pacotes Python: %s; veja %s"
)
